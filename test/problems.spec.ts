import { InternalError, statusOf } from '@app/http';
import { DomainError, type ProblemType } from '@app/kernel';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, sourceFiles } from './support/sources.js';

interface Documented {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

describe('docs/problems.md', () => {
  let declared: (ProblemType & { name: string })[];
  let documented: Documented[];

  beforeAll(async () => {
    declared = await declaredErrors();
    documented = rowsOf(await readFile(join(root, 'docs/problems.md'), 'utf8'));
  });

  it('has a code of its own for every error', () => {
    const codes = declared.map(({ code }) => code);

    expect(codes.length).toBeGreaterThan(25);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  });

  it('tells of every error as the code has it, and of no other', () => {
    const inCode = declared.map(({ code, kind, title }) => ({ code, status: statusOf(kind), title }));
    const internal = { code: InternalError.code, status: InternalError.status, title: InternalError.title };

    expect(documented.map(({ code, status, title }) => ({ code, status, title })).sort(byCode)).toEqual(
      [...inCode, internal].sort(byCode),
    );
  });

  it('says what to do', () => {
    expect(documented.filter(({ advice }) => advice.length < 10)).toEqual([]);
  });

  it('finds them all: errors are declared in *.errors.ts only', async () => {
    const elsewhere = [];
    for (const file of await sourceFiles('libs', 'apps')) {
      const declares = /extends DomainError\b/.test(await readFile(join(root, file), 'utf8'));
      if (declares && !/\.(errors|spec)\.ts$/.test(file)) elsewhere.push(file);
    }

    expect(elsewhere).toEqual([]);
  });
});

async function declaredErrors(): Promise<(ProblemType & { name: string })[]> {
  const files = (await sourceFiles('libs', 'apps')).filter((file) => file.endsWith('.errors.ts'));
  const modules = await Promise.all(
    files.map(async (file) => (await import(join(root, file))) as Record<string, unknown>),
  );
  return modules
    .flatMap((module) => Object.values(module))
    .filter(
      (exported): exported is ProblemType & { name: string } =>
        typeof exported === 'function' && exported.prototype instanceof DomainError,
    );
}

/** Rows of four columns that begin with a code: `| \`not-found\` | 404 | title | advice |`. */
function rowsOf(markdown: string): Documented[] {
  return [...markdown.matchAll(/^\| `([^`]+)`\s*\| (\d{3})\s*\| (.+?)\s*\| (.+?)\s*\|$/gm)].map(
    ([, code = '', status, title = '', advice = '']) => ({ code, status: Number(status), title, advice }),
  );
}

const byCode = (a: { code: string }, b: { code: string }) => a.code.localeCompare(b.code);
