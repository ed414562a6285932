import { DocumentedTypes, type DocumentedInterface } from './documented-types.js';
import { UndocumentedRequest } from './errors.js';
import type { FormFields, FormValue } from './form.js';

/** Parameters after the check: numbers and booleans are such. */
export type Parameters = Record<string, any>;

/**
 * Checks a request's parameters against those that the installed `stripe` package documents for its endpoint, nested ones and
 * enumerations included, so that this fake takes nothing that Stripe would refuse.
 */
export class DocumentedParameters {
  private readonly types: DocumentedTypes;
  private readonly shared = DocumentedTypes.of('shared');

  /** @param name an interface of `resources/<file>.d.ts`, e.g. `RefundCreateParams`. */
  constructor(
    file: string,
    private readonly name: string,
  ) {
    this.types = DocumentedTypes.of(`resources/${file}`);
  }

  /** @throws UndocumentedRequest */
  check(fields: FormFields): Parameters {
    return this.read(fields, this.name, '', '') as Parameters;
  }

  private read(value: FormValue, type: string, scope: string, path: string): unknown {
    const alternatives = type.split(' | ');
    if (!type.includes('<') && (alternatives.length > 1 || type.startsWith(`'`)))
      return this.readOneOf(value, alternatives, scope, path);
    const [, generic, inner] = /^(Array|Emptyable)<(.+)>$/.exec(type) ?? [];
    if (generic === 'Emptyable') return value === '' ? null : this.read(value, inner!, scope, path);
    if (generic === 'Array') {
      if (!Array.isArray(value)) throw invalid(path, 'Invalid array');
      return value.map((each, index) => this.read(each, inner!, scope, `${path}[${index}]`));
    }
    if (type === 'string') return aString(value, path);
    if (type === 'number') return anInteger(value, path);
    if (type === 'boolean') return aBoolean(value, path);
    return this.readNamed(value, type, scope, path);
  }

  private readOneOf(value: FormValue, alternatives: string[], scope: string, path: string): unknown {
    const literals = alternatives.filter((each) => each.startsWith(`'`)).map((each) => each.slice(1, -1));
    if (typeof value === 'string' && literals.includes(value)) return value;
    const others = alternatives.filter((each) => !each.startsWith(`'`) && each !== 'OtherString');
    const plain = new Set(['string', 'number', 'boolean']);
    const fitting = others.find((each) => plain.has(each) === (typeof value === 'string'));
    if (fitting) return this.read(value, fitting, scope, path);
    throw invalid(path, `Invalid ${path}: must be one of ${literals.join(', ')}`);
  }

  private readNamed(value: FormValue, type: string, scope: string, path: string): unknown {
    const named = this.types.find(type, scope) ?? this.shared.find(type, '');
    if (!named) throw new Error(`the stripe package declares no ${type} (${path})`);
    if (typeof named.found === 'string') return this.read(value, named.found, named.scope, path);
    if (typeof value === 'string' || Array.isArray(value)) throw invalid(path, 'Invalid object');
    return this.readObject(value, named.found, named.scope, path);
  }

  private readObject(value: FormFields, shape: DocumentedInterface, scope: string, path: string): Parameters {
    if (shape.open) return value;
    const properties = new Map(shape.properties);
    const parent = shape.parent && this.shared.find(shape.parent, '');
    if (parent && typeof parent.found === 'object')
      for (const [name, property] of parent.found.properties) properties.set(name, property);
    const at = (name: string) => (path === '' ? name : `${path}[${name}]`);
    for (const [name, { required }] of properties)
      if (required && value[name] === undefined)
        throw new UndocumentedRequest('parameter_missing', at(name), `Missing required param: ${at(name)}.`);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const property = properties.get(name);
        if (!property)
          throw new UndocumentedRequest(
            'parameter_unknown',
            at(name),
            `Received unknown parameter: ${at(name)}`,
          );
        return [name, this.read(inner, property.type, scope, at(name))];
      }),
    );
  }
}

function aString(value: FormValue, path: string): string {
  if (typeof value === 'string') return value;
  throw invalid(path, 'Invalid string');
}

function anInteger(value: FormValue, path: string): number {
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  throw new UndocumentedRequest(
    'parameter_invalid_integer',
    path,
    `Invalid integer: ${JSON.stringify(value)}`,
  );
}

function aBoolean(value: FormValue, path: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid(path, 'Invalid boolean');
}

function invalid(path: string, message: string): UndocumentedRequest {
  return new UndocumentedRequest(undefined, path, message);
}
