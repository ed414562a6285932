import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO31661Alpha2,
  isISO31661Alpha2,
  IsUUID,
  isUUID,
  Matches,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isCurrency } from '@app/kernel';
import { canonicalLocale } from '../canonical-locale.js';
import { field, readAs, undecided, when, whenText, type FieldOptions, type ListOptions } from './field.js';

/** RFC 9562 section 4: read in either case, written in small letters. */
const inSmallLetters = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export const UuidField = (options: FieldOptions = {}) =>
  readAs(
    inSmallLetters,
    { example: '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11', ...options },
    { type: String, format: 'uuid' },
    when((value) => isUUID(value)),
    IsUUID(),
  );

/** One of a closed set of words. */
export const EnumField = (values: readonly string[], options: FieldOptions = {}) =>
  field(
    options,
    { type: String, enum: [...values] },
    whenText((text) => values.includes(text)),
    IsIn([...values]),
  );

/** A list of such words, each once. */
export const EnumListField = (
  values: readonly string[],
  { minItems = 0, maxItems, ...options }: ListOptions,
) =>
  field(
    options,
    { type: String, enum: [...values], isArray: true, minItems, maxItems, uniqueItems: true },
    undecided,
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  );

@ValidatorConstraint({ name: 'isIso4217' })
class IsIso4217 implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isCurrency(value);
  }

  defaultMessage(): string {
    return '$property must be an ISO 4217 currency code, e.g. USD';
  }
}

export const CurrencyField = (options: FieldOptions = {}) =>
  field(
    { example: 'USD', ...options },
    { type: String, minLength: 3, maxLength: 3 },
    whenText(isCurrency),
    Validate(IsIso4217),
  );

const CAPITALS = /^[A-Z]{2}$/;

export const CountryField = (options: FieldOptions = {}) =>
  field(
    { example: 'PE', description: 'ISO 3166-1 alpha-2', ...options },
    { type: String, minLength: 2, maxLength: 2 },
    whenText((text) => CAPITALS.test(text) && isISO31661Alpha2(text)),
    IsISO31661Alpha2({ message: '$property must be an ISO 3166-1 alpha-2 country code, e.g. PE' }),
    Matches(CAPITALS, { message: '$property must be in capitals, e.g. PE' }),
  );

@ValidatorConstraint({ name: 'isLocale' })
class IsLocale implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && canonicalLocale(value) !== undefined;
  }

  defaultMessage(): string {
    return '$property must be a BCP 47 language tag, e.g. en or pt-BR';
  }
}

const inUsualLetters = (value: unknown): unknown =>
  typeof value === 'string' ? (canonicalLocale(value) ?? value) : value;

/** A language, BCP 47; read in any letter case, written as usual: `pt-br` is `pt-BR`. */
export const LocaleField = (options: FieldOptions = {}) =>
  readAs(
    inUsualLetters,
    { example: 'pt-BR', description: 'BCP 47', ...options },
    { type: String, minLength: 2, maxLength: 35 },
    whenText((text) => canonicalLocale(text) !== undefined),
    Validate(IsLocale),
  );
