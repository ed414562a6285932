import { Param, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { InvalidRequest } from './http.errors.js';

class UuidPipe implements PipeTransform<string, string> {
  constructor(private readonly field: string) {}

  transform(value: string): string {
    if (!isUUID(value)) throw InvalidRequest.field(this.field, 'must be a UUID');
    return value.toLowerCase();
  }
}

/** A path parameter that holds an id: `@IdParam() id: string` reads `:id`. */
export const IdParam = (name = 'id') => Param(name, new UuidPipe(name));
