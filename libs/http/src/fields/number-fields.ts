import { IsBoolean, IsInt, IsNumber, Max, Min } from 'class-validator';
import { readAs, when, type FieldOptions } from './field.js';

interface NumberOptions extends FieldOptions {
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
  /** Query parameters arrive as text. */
  readonly fromQuery?: boolean;
}

const asItIs = (value: unknown): unknown => value;

/** What is no plain decimal number (`0x10`, `1e3`, nothing at all) stays text, and is refused as such. */
const numberFromQuery = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

const booleanFromQuery = (value: unknown): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && value >= min && value <= max;

export const IntegerField = ({ min, max, default: fallback, fromQuery, ...options }: NumberOptions = {}) => {
  const least = min ?? Number.MIN_SAFE_INTEGER;
  const most = max ?? Number.MAX_SAFE_INTEGER;
  return readAs(
    fromQuery ? numberFromQuery : asItIs,
    options,
    { type: 'integer', minimum: min, maximum: max, default: fallback },
    when((value) => Number.isInteger(value) && isWithin(value, least, most)),
    IsInt(),
    Min(least),
    Max(most),
  );
};

export const NumberField = ({ min, max, fromQuery, ...options }: NumberOptions = {}) => {
  const least = min ?? -Number.MAX_VALUE;
  const most = max ?? Number.MAX_VALUE;
  return readAs(
    fromQuery ? numberFromQuery : asItIs,
    options,
    { type: Number, minimum: min, maximum: max },
    when((value) => isWithin(value, least, most)),
    IsNumber({ allowNaN: false, allowInfinity: false }),
    Min(least),
    Max(most),
  );
};

export const BooleanField = ({
  fromQuery,
  ...options
}: FieldOptions & { readonly fromQuery?: boolean } = {}) =>
  readAs(
    fromQuery ? booleanFromQuery : asItIs,
    options,
    { type: Boolean },
    when((value) => typeof value === 'boolean'),
    IsBoolean(),
  );
