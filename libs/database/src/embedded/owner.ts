import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The user whom the cluster's files and processes belong to. PostgreSQL refuses to run as root. */
export interface Owner {
  readonly name: string;
  /** Undefined: the user that runs this process. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

const unprivilegedUsers = ['postgres', 'nobody'];

/** @throws Error saying what to do when this process is root and the machine has no unprivileged user. */
export async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return { name: userInfo().username };
  for (const name of unprivilegedUsers) {
    const ids = await Promise.all([idOf('-u', name), idOf('-g', name)]).catch(() => undefined);
    if (ids) return { name, ids: { uid: ids[0], gid: ids[1] } };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as; ' +
      'add one (useradd --system postgres), start Travellr as an ordinary user, or set DATABASE_URL',
  );
}

/** Runs a program of PostgreSQL's as the owner. @throws Error with what the program said. */
export async function runAs(owner: Owner, file: string, args: readonly string[]): Promise<void> {
  try {
    await execute(file, args, { ...owner.ids, cwd: '/', env: { LC_ALL: 'C' } });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} failed: ${`${stderr}${stdout}`.trim() || String(error)}`, { cause: error });
  }
}

/** Whether the owner may read and enter `directory`; a closed directory anywhere above it says no. */
export async function canReach(owner: Owner, directory: string): Promise<boolean> {
  if (!owner.ids) return true;
  return runAs(owner, '/bin/sh', ['-c', 'test -r "$0" && test -x "$0"', directory]).then(
    () => true,
    () => false,
  );
}

async function idOf(option: '-u' | '-g', name: string): Promise<number> {
  const { stdout } = await execute('id', [option, name]);
  return Number(stdout);
}
