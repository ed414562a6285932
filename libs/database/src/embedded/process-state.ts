import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/** Whether the process still runs. A zombie, dead but not yet reaped by its parent, does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (platform() !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s+[ZX]/m.test(status);
}

/** Whether the process is the server of the cluster in `dataDirectory`, by the command line that pg_ctl gave it. */
export async function isServerOf(pid: number, dataDirectory: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  if (platform() === 'win32') return true;
  return (await commandLine(pid)).includes(`-D ${dataDirectory} `);
}

/** /proc/pid/cwd would say more, but a container's root may not read that of another user's process. */
async function commandLine(pid: number): Promise<string> {
  if (platform() === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout,
    () => '',
  );
}
