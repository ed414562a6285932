import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareInstallation, type Installation } from '../../libs/database/src/embedded/installation.js';
import { isRunning } from '../../libs/database/src/embedded/process-state.js';
import { startServer, stopServer, urlOf } from '../../libs/database/src/embedded/server.js';
import { migrate } from '../../libs/database/src/migrate.js';
import { administer, adminUrlVariable, templateVariable, withDatabase } from './database.js';

/** Speed over safety: nothing here outlives the run. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
};
const directoryPrefix = 'travellr-test-';

let remove: (() => Promise<void>) | undefined;

/** Uses the server of TEST_DATABASE_URL (a superuser's URL), or starts a private one. */
export async function provideTestServer(): Promise<void> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startPrivateServer();
  const template = `template_${randomBytes(8).toString('hex')}`;
  remove = async () => {
    if (given) await administer(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`, given);
    await server.stop();
  };
  try {
    await createTemplate(server.url, template);
  } catch (error) {
    await removeTestServer();
    throw error;
  }
  process.env[adminUrlVariable] = server.url;
  process.env[templateVariable] = template;
}

export async function removeTestServer(): Promise<void> {
  await remove?.();
  remove = undefined;
}

async function createTemplate(serverUrl: string, template: string): Promise<void> {
  await administer(`CREATE DATABASE ${template} ENCODING 'UTF8' TEMPLATE template0`, serverUrl);
  await migrate(withDatabase(serverUrl, template));
}

async function startPrivateServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  await removeAbandonedServers();
  const dataDir = await mkdtemp(join(tmpdir(), `${directoryPrefix}${process.pid}-`));
  await chmod(dataDir, 0o755);
  const installation = await prepareInstallation({ dataDir, sync: false, log: () => undefined });
  const port = await startServer(installation, settings);
  const stop = async () => discard(installation, dataDir);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.kill(process.pid, signal)));
  }
  return { url: urlOf(installation.cluster, port, 'postgres'), stop };
}

async function discard(installation: Installation, dataDir: string): Promise<void> {
  await stopServer(installation).catch(() => undefined);
  await rm(installation.cluster.directory, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/** A run that was killed leaves its server behind; its directory names the process that is no more. */
async function removeAbandonedServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(directoryPrefix)
      ? Number.parseInt(name.slice(directoryPrefix.length), 10)
      : 0;
    if (!pid || (await isRunning(pid))) continue;
    const dataDir = join(tmpdir(), name);
    await prepareInstallation({ dataDir, sync: false, log: () => undefined })
      .then(async (installation) => discard(installation, dataDir))
      .catch(() => undefined);
  }
}
