import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateIf } from 'class-validator';
import { Accepts, UNDECIDED, type Acceptance } from './acceptance.js';

/**
 * One decorator per kind of field says at once what is accepted (class-validator, and the fast path before it) and what is documented
 * (OpenAPI), so that they cannot drift apart. Used by request DTOs and by the views that answers are made of.
 */
export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be left out. Null is still refused unless `nullable`. */
  readonly optional?: boolean;
  readonly nullable?: boolean;
}

export interface ListOptions extends FieldOptions {
  readonly minItems?: number;
  readonly maxItems: number;
}

/** @param accepts the same as `validators` together, for a value that is not absent; it may leave undecided what is rare. */
export function field(
  options: FieldOptions,
  property: ApiPropertyOptions,
  accepts: Acceptance,
  ...validators: PropertyDecorator[]
): PropertyDecorator {
  const { description, example, optional = false, nullable = false } = options;
  const documented = {
    required: !optional,
    ...(description && { description }),
    ...(example !== undefined && { example }),
  };
  const mayBeAbsent = (value: unknown) => (optional && value === undefined) || (nullable && value === null);
  const rules = [
    ...(optional || nullable ? [ValidateIf((_, value) => !mayBeAbsent(value))] : []),
    ...validators,
  ];
  return applyDecorators(
    ApiProperty({ ...property, ...documented, ...(nullable && { nullable }) } as ApiPropertyOptions),
    Accepts({ accepts, mayBeAbsent, rules: rules.length }),
    ...rules,
  );
}

/** A {@link field} that is read otherwise than it is written: `read` leaves alone what it does not know. */
export const readAs = (
  read: (value: unknown) => unknown,
  options: FieldOptions,
  property: ApiPropertyOptions,
  accepts: Acceptance,
  ...validators: PropertyDecorator[]
): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => read(value)),
    field(options, property, (value) => accepts(read(value)), ...validators),
  );

export const when =
  (isGood: (value: unknown) => boolean): Acceptance =>
  (value) =>
    isGood(value) ? value : UNDECIDED;

export const whenText = (isGood: (text: string) => boolean): Acceptance =>
  when((value) => typeof value === 'string' && isGood(value));

/** For a kind of field that no busy route has. */
export const undecided: Acceptance = () => UNDECIDED;
