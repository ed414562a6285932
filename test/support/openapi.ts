import type { TestApp } from './app.js';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
}

interface Content {
  readonly schema?: Schema;
  readonly example?: { type: string; status: number };
  readonly examples?: Readonly<Record<string, { value: { type: string; status: number } }>>;
}

interface Documented {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly 'x-public'?: boolean;
  readonly 'x-any-query'?: boolean;
  readonly 'x-no-rate-limit'?: boolean;
  readonly 'x-roles'?: readonly string[];
  readonly parameters?: readonly { in: string; name: string; schema: Schema }[];
  readonly requestBody?: { content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, Content>> }>
  >;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** One call of the API, as `/docs-json` has it. */
export class Operation {
  constructor(
    readonly method: string,
    readonly path: string,
    readonly documented: Documented,
    private readonly schemas: Readonly<Record<string, Schema>>,
  ) {}

  /** E.g. `POST /trips/{id}/publish`, without the prefix of the version. */
  get name(): string {
    return `${this.method} ${this.path.replace('/api/v1', '')}`;
  }

  get isPublic(): boolean {
    return this.documented['x-public'] === true;
  }

  /** Overlooks a query that it does not know. */
  get takesAnyQuery(): boolean {
    return this.documented['x-any-query'] === true;
  }

  get isForAdmins(): boolean {
    return this.documented['x-roles']?.includes('admin') ?? false;
  }

  parameters(where: 'path' | 'query' | 'header'): string[] {
    return (this.documented.parameters ?? []).filter((one) => one.in === where).map(({ name }) => name);
  }

  /** Types of the problems that are documented for `status`, e.g. `/problems/not-found`. */
  problems(status: number): string[] {
    const { example, examples = {} } =
      this.documented.responses[status]?.content?.['application/problem+json'] ?? {};
    return [example, ...Object.values(examples).map(({ value }) => value)].flatMap((one) => one?.type ?? []);
  }

  get body(): Schema | undefined {
    return this.documented.requestBody?.content['application/json']?.schema;
  }

  /** A body of the documented examples; undefined for an operation without one. */
  exampleBody(): unknown {
    return this.body && this.exampleOf(this.body);
  }

  /** The fields of the body that show nobody what to write, e.g. `contact.email`. */
  fieldsWithoutExample(schema = this.body, path = ''): string[] {
    const { properties, items, ...rest } = this.resolve(schema ?? {});
    if (properties)
      return Object.entries(properties).flatMap(([name, property]) =>
        this.fieldsWithoutExample(property, path ? `${path}.${name}` : name),
      );
    if (items) return this.fieldsWithoutExample(items, path);
    const isShown = 'example' in rest || 'enum' in rest || 'default' in rest;
    return path === '' || isShown ? [] : [path];
  }

  private exampleOf(schema: Schema): unknown {
    const { properties, items, example, enum: words, default: fallback } = this.resolve(schema);
    if (example !== undefined) return example;
    if (properties)
      return Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, this.exampleOf(property)]),
      );
    if (items) return [this.exampleOf(items)];
    return words?.[0] ?? fallback;
  }

  /** Follows `$ref`, also where a description was put beside it, which OpenAPI 3.0 writes as `allOf`. */
  private resolve(schema: Schema): Schema {
    const { $ref, allOf: [only] = [], ...own } = schema;
    if ($ref) return this.schemas[$ref.replace('#/components/schemas/', '')] ?? {};
    return only && own.example === undefined ? this.resolve(only) : own;
  }
}

export async function readDocument(app: TestApp): Promise<ApiDocument> {
  return (await fetch(`${app.url}/docs-json`)).json() as Promise<ApiDocument>;
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, documented]) =>
        new Operation(method.toUpperCase(), path, documented, document.components.schemas),
    ),
  );
}
