import { IsTimeZone, isTimeZone, Matches } from 'class-validator';
import { field, whenText, type FieldOptions } from './field.js';

const INSTANT =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const LOCAL_DATE_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
/** An offset is no zone. */
const NAMED = /^[A-Za-z]/;

/** An instant, ISO 8601 with an offset or `Z`. */
export const InstantField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10T14:00:00.000Z', ...options },
    { type: String, format: 'date-time' },
    whenText((text) => INSTANT.test(text)),
    Matches(INSTANT, { message: '$property must be an ISO 8601 instant, e.g. 2027-01-10T14:00:00Z' }),
  );

/** A wall-clock time without a zone, ISO 8601; the trip's zone gives it its instant. */
export const LocalDateTimeField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10T09:00:00', ...options },
    { type: String },
    whenText((text) => LOCAL_DATE_TIME.test(text)),
    Matches(LOCAL_DATE_TIME, {
      message: '$property must be a local time without an offset, e.g. 2027-01-10T09:00:00',
    }),
  );

/** A calendar day, ISO 8601. */
export const DateField = (options: FieldOptions = {}) =>
  field(
    { example: '2027-01-10', ...options },
    { type: String, format: 'date' },
    whenText((text) => DATE.test(text)),
    Matches(DATE, { message: '$property must be a day, e.g. 2027-01-10' }),
  );

export const TimeZoneField = (options: FieldOptions = {}) =>
  field(
    { example: 'America/Lima', description: 'IANA time zone', ...options },
    { type: String },
    whenText((text) => NAMED.test(text) && isTimeZone(text)),
    IsTimeZone({ message: '$property must be an IANA time zone, e.g. America/Lima' }),
    Matches(NAMED, { message: '$property must be an IANA time zone, e.g. America/Lima' }),
  );
