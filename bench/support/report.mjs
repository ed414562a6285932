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

/** @returns `name: p50 .. p99 .. of n`. */
export function summary(name, milliseconds) {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share) => `${rank(sorted, share)?.toFixed(1)} ms`;
  return `${name}: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)} (${sorted.length})`;
}

/** The value that so many of those in order do not exceed, by nearest rank. */
export const rank = (sorted, share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

export const median = (values) =>
  rank(
    [...values].sort((a, b) => a - b),
    0.5,
  );
