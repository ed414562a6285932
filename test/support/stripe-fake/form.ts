/** A form-encoded value: Stripe's requests know no other types. */
export type FormValue = string | FormValue[] | FormFields;
export interface FormFields {
  [name: string]: FormValue;
}

/** Reads `a[b][0]=c` as `{ a: { b: ['c'] } }`, as Stripe does. */
export function decodeForm(encoded: string): FormFields {
  const fields: FormFields = Object.create(null) as FormFields;
  for (const [key, value] of new URLSearchParams(encoded)) place(fields, pathOf(key), value);
  return listed(fields) as FormFields;
}

function pathOf(key: string): string[] {
  const [head = '', ...rest] = key.split('[');
  return [head, ...rest.map((part) => part.replace(/\]$/, ''))];
}

function place(fields: FormFields, [head = '', ...rest]: string[], value: string): void {
  const name = head === '' ? String(Object.keys(fields).length) : head;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const inner = fields[name];
  const next = typeof inner === 'object' ? (inner as FormFields) : (Object.create(null) as FormFields);
  fields[name] = next;
  place(next, rest, value);
}

/** Fields that are numbered from 0 are a list. */
function listed(value: FormValue): FormValue {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, listed(inner)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
