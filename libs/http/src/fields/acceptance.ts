import type { Type as Class } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

/**
 * The fast path of validation. It only ever says yes: what it does not accept, for whatever reason, is for class-validator to judge
 * and to name, at five to fifteen times the cost. Each kind of field says beside its validators what it accepts, so there is one source.
 */
export const UNDECIDED = Symbol('undecided');

/** @returns the value as the DTO has it, or {@link UNDECIDED}. */
export type Acceptance = (value: unknown) => unknown;

interface AcceptedField {
  readonly property: string;
  readonly accepts: Acceptance;
  readonly mayBeAbsent: (value: unknown) => boolean;
  /** How many of class-validator's rules `accepts` stands for. */
  readonly rules: number;
}

const FIELDS = Symbol('travellr:fields');

/** Notes what a field accepts, on the class that has it. */
export const Accepts =
  (field: Omit<AcceptedField, 'property'>): PropertyDecorator =>
  (target, property) => {
    const fields = (Object.getOwnPropertyDescriptor(target, FIELDS)?.value ?? []) as AcceptedField[];
    Object.defineProperty(target, FIELDS, {
      value: [...fields, { ...field, property: String(property) }],
      configurable: true,
    });
  };

/** @returns an instance of `type`, as class-transformer would make it, or {@link UNDECIDED}. */
export function accept<T extends object>(type: Class<T>, plain: unknown): T | typeof UNDECIDED {
  let acceptance = acceptances.get(type);
  if (!acceptance) acceptances.set(type, (acceptance = acceptanceOf(type)));
  return acceptance(plain) as T | typeof UNDECIDED;
}

const acceptances = new WeakMap<Class<object>, Acceptance>();

function acceptanceOf(type: Class<object>): Acceptance {
  const fields = fieldsOf(type);
  return fields ? (plain) => acceptInstance(type, fields, plain) : () => UNDECIDED;
}

function acceptInstance(type: Class<object>, fields: readonly AcceptedField[], plain: unknown): unknown {
  if (!isPlain(plain)) return UNDECIDED;
  const instance = new type() as Record<string, unknown>;
  let known = 0;
  for (const { property, accepts, mayBeAbsent } of fields) {
    const isGiven = Object.hasOwn(plain, property);
    const value = isGiven ? plain[property] : instance[property];
    const accepted = mayBeAbsent(value) ? value : accepts(value);
    if (accepted === UNDECIDED) return UNDECIDED;
    if (!isGiven) continue;
    instance[property] = accepted;
    known += 1;
  }
  return known === Object.keys(plain).length ? instance : UNDECIDED;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A query has one of its parser's own, without a parent.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Those of the class and of its parents. A rule that something else has added to a field leaves it undecided wherever it has a value.
 * @returns undefined when there is a field of which nothing is known here, or one that is told of twice.
 */
function fieldsOf(type: Class<object>): readonly AcceptedField[] | undefined {
  const fields: AcceptedField[] = [];
  for (let target = type.prototype as object | null; target; target = Object.getPrototypeOf(target) as object)
    fields.push(
      ...((Object.getOwnPropertyDescriptor(target, FIELDS)?.value ?? []) as readonly AcceptedField[]),
    );
  const rules = new Map<string, number>(fields.map(({ property }) => [property, 0]));
  if (fields.length === 0 || rules.size < fields.length) return undefined;
  for (const { propertyName } of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const count = rules.get(propertyName);
    if (count === undefined) return undefined;
    rules.set(propertyName, count + 1);
  }
  return fields.map((field) =>
    rules.get(field.property) === field.rules ? field : { ...field, accepts: () => UNDECIDED },
  );
}
