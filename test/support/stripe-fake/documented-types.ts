import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const TYPES = join(__dirname, '../../../node_modules/stripe/cjs');

export interface DocumentedProperty {
  readonly type: string;
  readonly required: boolean;
}

/** An interface of the installed `stripe` package, with the names by which it is known inside its file. */
export interface DocumentedInterface {
  readonly properties: ReadonlyMap<string, DocumentedProperty>;
  readonly parent?: string;
  /** Takes any name: `[name: string]: ...`. */
  readonly open: boolean;
}

/** What one of its declaration files declares, by qualified name, e.g. `RefundCreateParams.Reason`. */
export class DocumentedTypes {
  private readonly interfaces = new Map<string, DocumentedInterface>();
  private readonly aliases = new Map<string, string>();
  private static readonly files = new Map<string, DocumentedTypes>();

  /** @param name e.g. `resources/Refunds`. Generated files, so that reading them line by line is enough. */
  static of(name: string): DocumentedTypes {
    const known =
      this.files.get(name) ?? new DocumentedTypes(readFileSync(join(TYPES, `${name}.d.ts`), 'utf8'));
    this.files.set(name, known);
    return known;
  }

  /** Looks in `scope` and outwards, as TypeScript does. */
  find(name: string, scope: string): { found: DocumentedInterface | string; scope: string } | undefined {
    const outwards = scope === '' ? [] : scope.split('.');
    for (let depth = outwards.length; depth >= 0; depth -= 1) {
      const qualified = [...outwards.slice(0, depth), name].join('.');
      const found = this.interfaces.get(qualified) ?? this.aliases.get(qualified);
      if (found !== undefined) return { found, scope: qualified };
    }
    return undefined;
  }

  private constructor(source: string) {
    const scopes: string[] = [];
    let current: { properties: Map<string, DocumentedProperty>; parent?: string; open: boolean } | undefined;
    for (const raw of source.split('\n')) {
      const line = raw.trim();
      if (/^(\/?\*|import |export \{)/.test(line)) continue;
      const opened =
        /^(?:export )?(?:declare )?(namespace|interface|class) (\w+)(?: extends (\w+))? \{$/.exec(line);
      const property = /^(\w+)(\?)?: (.+);$/.exec(line);
      const alias = /^(?:export )?(?:declare )?type (\w+)(?:<\w+>)? = (.+);$/.exec(line);
      if (opened?.[2]) {
        scopes.push(opened[2]);
        if (opened[1] !== 'interface') continue;
        current = { properties: new Map(), parent: opened[3], open: false };
        this.interfaces.set(scopes.join('.'), current);
      } else if (line.startsWith('}')) {
        scopes.pop();
        current = undefined;
      } else if (alias?.[1] && alias[2]) {
        this.aliases.set([...scopes, alias[1]].join('.'), alias[2]);
      } else if (current && property?.[1] && property[3]) {
        current.properties.set(property[1], { type: property[3], required: property[2] === undefined });
      } else if (current && /^\[\w+: string\]:/.test(line)) {
        current.open = true;
      }
    }
  }
}
