import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareInstallation, type Installation } from './installation.js';
import { findServer } from './postmaster.js';
import { Presence } from './presence.js';
import { startServer, stopServer, urlOf } from './server.js';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Stops the server, unless another client is connected: then the last of Travellr's processes to leave stops it. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password and its port, or a pointer to where they are. */
  readonly dataDir: string;
  readonly log: (line: string) => void;
}

const databaseName = 'travellr';
const settings = { max_connections: '200' };
const startAttempts = 5;

/**
 * Starts the PostgreSQL that npm installed, or joins the one that already runs on `dataDir`. There is no lock file to
 * go stale: creating the cluster is one rename, PostgreSQL lets only one server run on it, and whoever comes second
 * joins that one.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const installation = await prepareInstallation(options);
  const { presence, port } = await joinServer(installation, options.log);
  await presence.ensureDatabase(databaseName);
  return {
    url: urlOf(installation.cluster, port, databaseName),
    stop: async () => {
      const isDown = await presence.leave(async () => stopServer(installation));
      if (!isDown) options.log('PostgreSQL keeps running: another client is connected');
    },
  };
}

/** Another process may start or stop the server at any moment between two of these steps: then they are taken again. */
async function joinServer(
  installation: Installation,
  log: (line: string) => void,
): Promise<{ presence: Presence; port: number }> {
  const { cluster } = installation;
  for (let attempt = 1; ; attempt++) {
    try {
      const running = await findServer(cluster);
      const port = running ?? (await startServer(installation, settings));
      const presence = await Presence.join(cluster, port);
      log(`PostgreSQL ${running ? 'was running' : 'started'} on port ${port}, data in ${cluster.directory}`);
      return { presence, port };
    } catch (cause) {
      if (attempt === startAttempts) throw await explain(cluster.logFile, cause);
      await sleep(100 * attempt);
    }
  }
}

async function explain(logFile: string, cause: unknown): Promise<Error> {
  const lines = await readFile(logFile, 'utf8').catch(() => '');
  const reason = cause instanceof Error ? cause.message : String(cause);
  const tail = lines.trim().split('\n').slice(-5).join('\n');
  return new Error(`the embedded PostgreSQL does not start: ${reason}\n${tail}`, { cause });
}
