import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { binary } from './binaries.js';
import { superuser, type Cluster } from './cluster.js';
import type { Installation } from './installation.js';
import { runAs } from './owner.js';

const startLimitSeconds = 120;

/**
 * Starts the cluster's server in a session of its own, so that a Ctrl-C meant for node does not reach it, and waits
 * until it takes connections. @returns its port. @throws Error when it does not start, also when it already runs.
 */
export async function startServer(
  installation: Installation,
  settings: Record<string, string>,
): Promise<number> {
  const { cluster, binaries, owner } = installation;
  const port = await choosePort(cluster);
  const options = Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  });
  await rename(cluster.logFile, `${cluster.logFile}.previous`).catch(() => undefined);
  await runAs(owner, binary(binaries, 'pg_ctl'), [
    'start',
    '--silent',
    '--wait',
    `--timeout=${startLimitSeconds}`,
    `--pgdata=${cluster.dataDirectory}`,
    `--log=${cluster.logFile}`,
    `--options=${options.map(([name, value]) => `-c ${name}='${value}'`).join(' ')}`,
  ]);
  await writeFile(cluster.portFile, `${port}\n`);
  return port;
}

/** Ends every connection, and the server. */
export async function stopServer({ cluster, binaries, owner }: Installation): Promise<void> {
  await runAs(owner, binary(binaries, 'pg_ctl'), [
    'stop',
    '--silent',
    '--wait',
    '--mode=fast',
    `--pgdata=${cluster.dataDirectory}`,
  ]);
}

export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/** The port of the last start when it is still free, else one that the system picks. */
async function choosePort(cluster: Cluster): Promise<number> {
  const kept = Number(await readFile(cluster.portFile, 'utf8').catch(() => '0'));
  return (await tryPort(kept)) ?? (await tryPort(0)) ?? 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
