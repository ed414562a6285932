import type { Type } from '@nestjs/common';
import fc, { type Arbitrary } from 'fast-check';

interface Documented {
  readonly type?: unknown;
  readonly isArray?: boolean;
  readonly required?: boolean;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly enum?: readonly unknown[] };
  readonly example?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What JSON and queries can carry, and what is nearly right. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    '\0',
    '\ud800',
    'é',
    '１',
    -0,
    0.5,
    1e308,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer(),
  fc.integer().map(String),
  fc.constantFrom('true', '1e3', '0x10', 'pe', 'usd', 'pt-br', '+05:00', '2027-02-30', '2027-02-30T10:00:00'),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Bodies or queries of a class of fields, most of them acceptable. */
export function randomRequest(type: Type<object>): Arbitrary<Record<string, unknown>> {
  const prototype = type.prototype as object;
  const names = ((Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype) ?? []) as string[]).map(
    (name) => name.slice(1),
  );
  const fields = names.map((name) => {
    const documented = Reflect.getMetadata('swagger/apiModelProperties', prototype, name) as Documented;
    const absent = { arbitrary: fc.constant(undefined), weight: documented.required === false ? 4 : 1 };
    return [
      name,
      fc.oneof({ arbitrary: right(documented), weight: 12 }, { arbitrary: wrong, weight: 1 }, absent),
    ] as const;
  });
  const unknown = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 30 },
    fc.constantFrom('role', 'constructor', '__proto__', 'toString'),
  );
  return fc.tuple(fc.record(Object.fromEntries(fields)), unknown).map(([request, extra]) => {
    const entries = Object.entries(request).filter(([, value]) => value !== undefined);
    return Object.fromEntries(extra ? [...entries, [extra, 1]] : entries);
  });
}

function right(documented: Documented): Arbitrary<unknown> {
  const {
    type,
    isArray,
    format,
    enum: words = documented.items?.enum,
    example,
    minimum = -9,
    maximum = 9,
  } = documented;
  if (typeof type === 'function' && type.name === 'type') {
    const nested = randomRequest((type as () => Type<object>)());
    return isArray ? fc.array(nested, { minLength: 1, maxLength: 3 }) : nested;
  }
  if (words) return type === 'array' || isArray ? fc.subarray([...words]) : fc.constantFrom(...words);
  if (format === 'uuid')
    return fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
    );
  if (format === 'email') return fc.emailAddress();
  if (type === 'integer' || type === Number)
    return fc
      .integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, minimum + 30)) })
      .chain((value) => fc.constantFrom<unknown>(value, value, String(value)));
  if (type === Boolean || type === 'boolean') return fc.constantFrom<unknown>(true, false, 'true');
  return example === undefined ? fc.string({ minLength: 1, maxLength: 12 }) : fc.constant(example);
}
