import { Injectable, ValidationPipe, type ArgumentMetadata, type Type } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '@app/kernel';
import { shapeError } from './body-shape.js';
import { accept, UNDECIDED } from './fields/acceptance.js';
import { InvalidRequest } from './http.errors.js';

/**
 * The global pipe: bodies and queries become instances of their DTO; an unknown field or a wrong value is a 422 that names it. What the
 * fields accept for certain takes the fast path; class-validator judges the rest.
 */
@Injectable()
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => new InvalidRequest(errors.flatMap((error) => fieldErrors(error))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const accepted = isRequestPart(metadata) ? accept(metadata.metatype, value) : UNDECIDED;
    if (accepted !== UNDECIDED) return accepted;
    if (metadata.type === 'body' && metadata.metatype !== undefined && metadata.metatype !== Object) {
      if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
        throw InvalidRequest.field('body', 'must be a JSON object');
      }
    }
    const misshapen = metadata.type === 'body' || metadata.type === 'query' ? shapeError(value) : undefined;
    if (misshapen) throw new InvalidRequest([misshapen]);
    return super.transform(value, metadata);
  }
}

const isRequestPart = (
  metadata: ArgumentMetadata,
): metadata is ArgumentMetadata & { readonly metatype: Type<object> } =>
  (metadata.type === 'body' || metadata.type === 'query') && metadata.metatype !== undefined;

function fieldErrors(error: ValidationError, parent = ''): FieldError[] {
  const field = `${parent}${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))];
}
