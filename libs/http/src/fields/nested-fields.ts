import type { Type as Class } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { accept, UNDECIDED } from './acceptance.js';
import { field, type FieldOptions, type ListOptions } from './field.js';

@ValidatorConstraint({ name: 'isObject' })
class IsPlainObject implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  defaultMessage(): string {
    return '$property must be an object';
  }
}

/** A nested object of its own class. Swagger takes a function for lazy only when its name is `type`, hence the wrapping. */
export const ObjectField = (type: () => Class<object>, options: FieldOptions = {}) =>
  applyDecorators(
    field(
      options,
      { type: () => type() },
      (value) => accept(type(), value),
      Validate(IsPlainObject),
      ValidateNested(),
    ),
    Type(type),
  );

/** A list of nested objects. */
export const ListField = (type: () => Class<object>, { minItems = 0, maxItems, ...options }: ListOptions) =>
  applyDecorators(
    field(
      options,
      { type: () => type(), isArray: true, minItems, maxItems } as ApiPropertyOptions,
      (value) => acceptList(type(), value, { minItems, maxItems }),
      IsArray(),
      ArrayMinSize(minItems),
      ArrayMaxSize(maxItems),
      ValidateNested({ each: true }),
    ),
    Type(type),
  );

function acceptList(
  type: Class<object>,
  value: unknown,
  { minItems, maxItems }: Required<Pick<ListOptions, 'minItems' | 'maxItems'>>,
): unknown {
  if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return UNDECIDED;
  const accepted = value.map((item) => accept(type, item));
  return accepted.includes(UNDECIDED) ? UNDECIDED : accepted;
}
