import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

export const root = join(__dirname, '../..');

/** The files we write ourselves below these directories of the repository, e.g. `libs/kernel/src/id.ts`; a directory may be missing. */
export async function sourceFiles(...directories: string[]): Promise<string[]> {
  const files = [];
  for (const directory of directories) {
    const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    files.push(
      ...entries
        .filter((entry) => entry.isFile() && /\.(ts|mjs|cjs|js)$/.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    );
  }
  return files.sort();
}
