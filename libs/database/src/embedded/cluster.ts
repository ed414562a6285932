import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binary, type Binaries } from './binaries.js';
import { runAs, type Owner } from './owner.js';

/** One directory holds a whole cluster, so that one rename brings it into being with its password. */
export interface Cluster {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly logFile: string;
  /** The port of the last start: a preference for the next one. */
  readonly portFile: string;
  readonly password: string;
}

export const superuser = 'postgres';

export interface InitOptions {
  /** False skips flushing to disk: for clusters that need not outlive a power cut. */
  readonly sync: boolean;
}

/**
 * Opens the cluster in `directory`, creating it when there is none. It is made in a sibling and renamed: a kill in the
 * middle leaves no half cluster, and of two processes that create it at once the later finds the other's and takes it.
 */
export async function openCluster(
  directory: string,
  binaries: Binaries,
  owner: Owner,
  options: InitOptions,
): Promise<Cluster> {
  const existing = await readCluster(directory);
  if (existing) return existing;
  const draft = await mkdtemp(`${directory}.new-`);
  try {
    await initialise(draft, binaries, owner, options);
    await rename(draft, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const created = await readCluster(directory);
  if (!created) throw new Error(`${directory} holds something else than Travellr's PostgreSQL; move it away`);
  return created;
}

async function readCluster(directory: string): Promise<Cluster | undefined> {
  const passwordFile = join(directory, 'password');
  try {
    const password = await readFile(passwordFile, 'utf8');
    return {
      directory,
      dataDirectory: await realpath(join(directory, 'data')),
      logFile: join(directory, 'log'),
      portFile: join(directory, 'port'),
      password: password.trim(),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(`${passwordFile} cannot be read (${code}): was Travellr started here as another user?`, {
      cause: error,
    });
  }
}

async function initialise(
  directory: string,
  binaries: Binaries,
  owner: Owner,
  options: InitOptions,
): Promise<void> {
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (owner.ids) {
    await chown(passwordFile, owner.ids.uid, owner.ids.gid);
    await chown(directory, owner.ids.uid, owner.ids.gid);
  }
  await runAs(owner, binary(binaries, 'initdb'), [
    `--pgdata=${join(directory, 'data')}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(process.platform === 'linux' ? ['--lc-ctype=C.UTF-8'] : []),
    '--data-checksums',
    '--no-instructions',
    ...(options.sync ? [] : ['--no-sync']),
  ]);
}
