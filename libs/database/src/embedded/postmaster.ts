import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { isServerOf } from './process-state.js';

const readyLimitMs = 120_000;
const pollMs = 50;

/**
 * The port of the server that already runs on this cluster, left by a killed process or started by another one; waits
 * while it recovers or shuts down. Undefined when none runs, and nothing stands in the way of starting one.
 */
export async function findServer(cluster: Cluster): Promise<number | undefined> {
  const pidFile = join(cluster.dataDirectory, 'postmaster.pid');
  const deadline = Date.now() + readyLimitMs;
  while (Date.now() < deadline) {
    const text = await readFile(pidFile, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const { pid, port, isReady } = parsePidFile(text);
    if (!(await isServerOf(pid, cluster.dataDirectory))) {
      await removeStale(pidFile, text);
      return undefined;
    }
    if (isReady) return port;
    await sleep(pollMs);
  }
  throw new Error(
    `the PostgreSQL in ${cluster.directory} runs, but takes no connections; see ${cluster.logFile}`,
  );
}

/** Its lines are: pid, data directory, start time, port, socket directory, address, shared memory key, status. */
function parsePidFile(text: string): { pid: number; port: number; isReady: boolean } {
  const lines = text.split('\n').map((line) => line.trim());
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7] === 'ready' };
}

/**
 * PostgreSQL itself sees through the file of a pid that is no more. It takes a zombie, or another program that has got
 * the number since, for a running server; that file is removed here, unless a new server has written its own meanwhile.
 */
async function removeStale(pidFile: string, text: string): Promise<void> {
  const now = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (now === text) await unlink(pidFile);
}
