import { IsEmail, isEmail, IsString, Length, length, Matches } from 'class-validator';
import { field, whenText, type FieldOptions } from './field.js';

interface TextOptions extends FieldOptions {
  /** Characters; 1 unless given. */
  readonly min?: number;
  /** Characters; 200 unless given. */
  readonly max?: number;
}

/**
 * Without control characters other than tab and line breaks, and without halves of surrogate pairs: PostgreSQL can store neither
 * NUL in text nor such halves in jsonb, and readers cannot see the rest.
 */
const PRINTABLE = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;

/** Something must show: spaces, zero-width and other invisible characters alone are no name. */
const VISIBLE = /[^\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** In quotes RFC 5322 lets nearly everything stand before the @: line breaks have no place in a header, nor in a log. */
const UNBROKEN = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

const TELEPHONE = /^\+?[0-9][0-9 ().-]{3,24}$/;

export const TextField = ({ min = 1, max = 200, ...options }: TextOptions = {}) =>
  field(
    options,
    { type: String, minLength: min, maxLength: max },
    whenText((text) => length(text, min, max) && PRINTABLE.test(text) && (min === 0 || VISIBLE.test(text))),
    IsString(),
    Length(min, max),
    Matches(PRINTABLE, {
      message: '$property must not contain control characters or halves of surrogate pairs',
    }),
    ...(min > 0 ? [Matches(VISIBLE, { message: '$property must have at least one visible character' })] : []),
  );

export const EmailField = (options: FieldOptions = {}) =>
  field(
    { example: 'ada@example.com', ...options },
    { type: String, format: 'email' },
    whenText((text) => length(text, 3, 254) && isEmail(text) && UNBROKEN.test(text)),
    IsString(),
    Length(3, 254),
    IsEmail(),
    Matches(UNBROKEN, { message: '$property must not contain control characters' }),
  );

export const PasswordField = (options: FieldOptions = {}) =>
  field(
    { example: 'correct horse battery', ...options },
    { type: String, format: 'password', minLength: 8, maxLength: 128 },
    whenText((text) => length(text, 8, 128)),
    IsString(),
    Length(8, 128),
  );

export const PhoneField = (options: FieldOptions = {}) =>
  field(
    { example: '+14155550123', ...options },
    { type: String },
    whenText((text) => TELEPHONE.test(text)),
    IsString(),
    Matches(TELEPHONE, { message: '$property must be a telephone number, e.g. +14155550123' }),
  );
