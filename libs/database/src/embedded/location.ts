import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { canReach, runAs, type Owner } from './owner.js';

/** Where things go when root's own directories are closed to the owner. Only root ever writes here. */
const systemDirectory = '/var/lib/travellr';

/**
 * Where the cluster of `dataDir` lives: in it, or elsewhere when a closed directory stands above it. A pointer file in
 * `dataDir` then leads there; it is only followed, never moved, so every start finds the data of the first.
 */
export async function locateCluster(
  dataDir: string,
  owner: Owner,
  log: (line: string) => void,
): Promise<string> {
  await makeOpen(dataDir);
  const home = await realpath(dataDir);
  const pointer = join(home, 'postgres.location');
  const inside = join(home, 'postgres');
  let directory = await readFile(pointer, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
  if (!directory && ((await exists(inside)) || (await canReach(owner, home)))) return inside;
  if (!directory) {
    directory = join(systemDirectory, `postgres-${randomBytes(6).toString('hex')}`);
    directory = await claim(pointer, directory);
  }
  await makeOpen(dirname(directory));
  log(`PostgreSQL runs as ${owner.name}, who cannot enter ${home}; its data is in ${directory} (${pointer})`);
  return directory;
}

/** The binaries themselves, or a copy of them where the owner can run it. */
export async function reachableBinaries(binaries: Binaries, owner: Owner): Promise<Binaries> {
  if (await canReach(owner, join(binaries.root, 'bin'))) return binaries;
  const root = join(systemDirectory, `postgresql-${binaries.version}`);
  if (await exists(root)) return { ...binaries, root };
  await makeOpen(systemDirectory);
  const draft = await mkdtemp(`${root}.new-`);
  try {
    await cp(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
    await runAs({ name: 'root' }, '/bin/chmod', ['-R', 'a+rX', draft]);
    await rename(draft, root).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { ...binaries, root };
}

/** Writes the pointer unless another process was faster. @returns the directory that it names. */
async function claim(pointer: string, directory: string): Promise<string> {
  try {
    await writeFile(pointer, `${directory}\n`, { flag: 'wx' });
    return directory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(pointer, 'utf8')).trim();
  }
}

/** Makes `directory`; those that it had to make can be entered by anyone, whatever the umask. */
async function makeOpen(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (!first) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
