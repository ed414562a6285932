import { cpus, loadavg } from 'node:os';

/** What the figures depend on. */
export async function printMachine(server) {
  const [{ version }] = await server.administer("SELECT current_setting('server_version') AS version");
  const [{ durable }] = await server.administer(
    `SELECT bool_and(setting = 'on') AS durable FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
  );
  const [load] = loadavg();
  console.log(
    `Node ${process.version}, PostgreSQL ${version} (${durable ? 'durable' : 'NOT durable'} commits), ${cpus().length} x ${cpus()[0].model}`,
  );
  if (load > 0.5)
    console.log(`The machine is busy with something else (load ${load.toFixed(1)}): expect worse figures.`);
}

/** @returns `name: p50 .. p99 .. of n`, by nearest rank. */
export function summary(name, milliseconds) {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const rank = (share) => `${sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(1)} ms`;
  return `${name}: p50 ${rank(0.5)}, p90 ${rank(0.9)}, p99 ${rank(0.99)}, longest ${rank(1)} (${sorted.length})`;
}
