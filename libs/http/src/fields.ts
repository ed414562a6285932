import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsNumber,
  IsString,
  IsTimeZone,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isCurrency } from '@app/kernel';
import { canonicalLocale } from './canonical-locale.js';

/**
 * One decorator per kind of field says at once what is accepted (class-validator) and what is documented (OpenAPI), so that the
 * two cannot drift apart. Used by request DTOs and by the views that answers are made of.
 */
export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be left out. Null is still refused unless `nullable`. */
  readonly optional?: boolean;
  readonly nullable?: boolean;
}

interface TextOptions extends FieldOptions {
  /** Characters; 1 unless given. */
  readonly min?: number;
  /** Characters; 200 unless given. */
  readonly max?: number;
}

interface NumberOptions extends FieldOptions {
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
  /** Query parameters arrive as text. */
  readonly fromQuery?: boolean;
}

interface ArrayOptions extends FieldOptions {
  readonly minItems?: number;
  readonly maxItems: number;
}

function field(
  options: FieldOptions,
  property: ApiPropertyOptions,
  ...validators: PropertyDecorator[]
): PropertyDecorator {
  const { description, example, optional = false, nullable = false } = options;
  const documented = {
    required: !optional,
    ...(description && { description }),
    ...(example !== undefined && { example }),
  };
  const absent = (value: unknown) => (optional && value === undefined) || (nullable && value === null);
  return applyDecorators(
    ApiProperty({ ...property, ...documented, ...(nullable && { nullable }) } as ApiPropertyOptions),
    ...(optional || nullable ? [ValidateIf((_, value) => !absent(value))] : []),
    ...validators,
  );
}

/**
 * Text without control characters other than tab and line breaks, and without halves of surrogate pairs: PostgreSQL can store neither
 * NUL in text nor such halves in jsonb, and readers cannot see the rest.
 */
const printable = Matches(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, {
  message: '$property must not contain control characters or halves of surrogate pairs',
});

/** Something must show: spaces, zero-width and other invisible characters alone are no name. */
const visible = Matches(/[^\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, {
  message: '$property must have at least one visible character',
});

export const TextField = ({ min = 1, max = 200, ...options }: TextOptions = {}) =>
  field(
    options,
    { type: String, minLength: min, maxLength: max },
    IsString(),
    Length(min, max),
    printable,
    ...(min > 0 ? [visible] : []),
  );

export const EmailField = (options: FieldOptions = {}) =>
  field(
    { example: 'ada@example.com', ...options },
    { type: String, format: 'email' },
    IsString(),
    Length(3, 254),
    IsEmail(),
    // In quotes RFC 5322 lets nearly everything stand before the @: line breaks have no place in a header, nor in a log.
    Matches(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, { message: '$property must not contain control characters' }),
  );

export const PasswordField = (options: FieldOptions = {}) =>
  field(
    { example: 'correct horse battery', ...options },
    { type: String, format: 'password', minLength: 8, maxLength: 128 },
    IsString(),
    Length(8, 128),
  );

export const PhoneField = (options: FieldOptions = {}) =>
  field(
    { example: '+14155550123', ...options },
    { type: String },
    IsString(),
    Matches(/^\+?[0-9][0-9 ().-]{3,24}$/, {
      message: '$property must be a telephone number, e.g. +14155550123',
    }),
  );

export const UuidField = (options: FieldOptions = {}) =>
  field(
    { example: '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11', ...options },
    { type: String, format: 'uuid' },
    // RFC 9562 section 4: read in either case, written in small letters.
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID(),
  );

/** Query parameters arrive as text; what is no plain decimal number (`0x10`, `1e3`, nothing at all) stays text, and is refused as such. */
const numberFromQuery = Transform(({ value }) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
);

export const IntegerField = ({ min, max, default: fallback, fromQuery, ...options }: NumberOptions = {}) =>
  field(
    options,
    { type: 'integer', minimum: min, maximum: max, default: fallback },
    ...(fromQuery ? [numberFromQuery] : []),
    IsInt(),
    Min(min ?? Number.MIN_SAFE_INTEGER),
    Max(max ?? Number.MAX_SAFE_INTEGER),
  );

export const NumberField = ({ min, max, fromQuery, ...options }: NumberOptions = {}) =>
  field(
    options,
    { type: Number, minimum: min, maximum: max },
    ...(fromQuery ? [numberFromQuery] : []),
    IsNumber({ allowNaN: false, allowInfinity: false }),
    Min(min ?? -Number.MAX_VALUE),
    Max(max ?? Number.MAX_VALUE),
  );

const booleanFromQuery = Transform(({ value }: { value: unknown }) =>
  value === 'true' ? true : value === 'false' ? false : value,
);

export const BooleanField = ({
  fromQuery,
  ...options
}: FieldOptions & { readonly fromQuery?: boolean } = {}) =>
  field(options, { type: Boolean }, ...(fromQuery ? [booleanFromQuery] : []), IsBoolean());

/** One of a closed set of words. */
export const EnumField = (values: readonly string[], options: FieldOptions = {}) =>
  field(options, { type: String, enum: [...values] }, IsIn([...values]));

/** A list of such words, each once. */
export const EnumListField = (
  values: readonly string[],
  { minItems = 0, maxItems, ...options }: ArrayOptions,
) =>
  field(
    options,
    { type: String, enum: [...values], isArray: true, minItems, maxItems, uniqueItems: true },
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  );

/** An instant, ISO 8601 with an offset or `Z`. */
export const InstantField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10T14:00:00.000Z', ...options },
    { type: String, format: 'date-time' },
    Matches(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
      {
        message: '$property must be an ISO 8601 instant, e.g. 2027-01-10T14:00:00Z',
      },
    ),
  );

/** A wall-clock time without a zone, ISO 8601; the trip's zone gives it its instant. */
export const LocalDateTimeField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10T09:00:00', ...options },
    { type: String },
    Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, {
      message: '$property must be a local time without an offset, e.g. 2027-01-10T09:00:00',
    }),
  );

/** A calendar day, ISO 8601. */
export const DateField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10', ...options },
    { type: String, format: 'date' },
    Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
      message: '$property must be a day, e.g. 2027-01-10',
    }),
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
  field({ example: 'USD', ...options }, { type: String, minLength: 3, maxLength: 3 }, Validate(IsIso4217));

export const CountryField = (options: FieldOptions = {}) =>
  field(
    { example: 'PE', description: 'ISO 3166-1 alpha-2', ...options },
    { type: String, minLength: 2, maxLength: 2 },
    IsISO31661Alpha2({ message: '$property must be an ISO 3166-1 alpha-2 country code, e.g. PE' }),
    Matches(/^[A-Z]{2}$/, { message: '$property must be in capitals, e.g. PE' }),
  );

export const TimeZoneField = (options: FieldOptions = {}) =>
  field(
    { example: 'America/Lima', description: 'IANA time zone', ...options },
    { type: String },
    IsTimeZone({ message: '$property must be an IANA time zone, e.g. America/Lima' }),
    Matches(/^[A-Za-z]/, { message: '$property must be an IANA time zone, e.g. America/Lima' }),
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

/** A language, BCP 47; read in any letter case, written as usual: `pt-br` is `pt-BR`. */
export const LocaleField = (options: FieldOptions = {}) =>
  field(
    { example: 'pt-BR', description: 'BCP 47', ...options },
    { type: String, minLength: 2, maxLength: 35 },
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (canonicalLocale(value) ?? value) : value,
    ),
    Validate(IsLocale),
  );

/** A nested object of its own class. Swagger takes a function for lazy only when its name is `type`, hence the wrapping. */
export const ObjectField = (type: () => Class<unknown>, options: FieldOptions = {}) =>
  field(options, { type: () => type() }, Validate(IsPlainObject), ValidateNested(), Type(type));

/** A list of nested objects. */
export const ListField = (type: () => Class<unknown>, { minItems = 0, maxItems, ...options }: ArrayOptions) =>
  field(
    options,
    { type: () => type(), isArray: true, minItems, maxItems } as ApiPropertyOptions,
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    ValidateNested({ each: true }),
    Type(type),
  );

@ValidatorConstraint({ name: 'isObject' })
class IsPlainObject implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  defaultMessage(): string {
    return '$property must be an object';
  }
}
