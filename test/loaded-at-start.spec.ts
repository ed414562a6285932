import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { root } from './support/sources.js';

/** Megabytes that a process has no use for until it sends something, or has to do with what they are for. */
const LOADED_WHEN_NEEDED = ['ical-generator', 'nodemailer', 'timezones-ical-library', 'undici'];

/** `import ... from`, `export ... from`; not `import type`, nor `import()`. */
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;

/** What starts with an application: our files, and the packages that they load. */
async function loadedAtStart(entry: string): Promise<{ files: Set<string>; packages: Set<string> }> {
  const [files, packages] = [new Set([join(root, entry)]), new Set<string>()];
  for (const file of files) {
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(STATIC)) {
      const ours = ourFile(name, dirname(file));
      if (ours) files.add(ours);
      else packages.add(name);
    }
  }
  return { files, packages };
}

function ourFile(name: string, from: string): string | undefined {
  if (name.startsWith('@app/')) return join(root, `libs/${name.slice('@app/'.length)}/src/index.ts`);
  if (!name.startsWith('.')) return undefined;
  const file = join(from, name.replace(/\.js$/, '.ts'));
  if (!existsSync(file)) throw new Error(`${relative(root, file)} is not there`);
  return file;
}

describe.each(['api', 'worker'])('what apps/%s loads before it is needed', (app) => {
  it('is none of the packages that a process may never need', async () => {
    const { files, packages } = await loadedAtStart(`apps/${app}/src/main.ts`);

    // It did look: through the libs, and at what they load.
    expect(files.size).toBeGreaterThan(200);
    expect([...packages]).toEqual(expect.arrayContaining(['typeorm', 'graphile-worker', 'standardwebhooks']));
    expect(LOADED_WHEN_NEEDED.filter((name) => packages.has(name))).toEqual([]);
  });
});
