import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
export const SECRET = 'a secret of the benches, which is long enough';
export const ADMIN = { email: 'admin@travellr.bench', password: 'an admin password' };

/** What `npm start` tells Node. The floor is run as Node comes. */
const FLAGS =
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start.match(/--\S+/g) ?? [];

const running = new Set();

/** The built API, as it runs in production but for its log. */
export async function startApi(databaseUrl, settings = {}) {
  const port = await freePort();
  const child = await start('dist/apps/api/src/main.js', 'Travellr is ready', databaseUrl, {
    PORT: port,
    ...settings,
  });
  return { ...child, url: `http://127.0.0.1:${port}/api/v1` };
}

export async function startWorker(databaseUrl, settings = {}) {
  return start('dist/apps/worker/src/main.js', 'The Travellr worker is ready', databaseUrl, {
    WORKER_PORT: await freePort(),
    ...settings,
  });
}

/** A worker with handlers of the bench's own. */
export function startPlainWorker(databaseUrl) {
  return start('bench/support/plain-worker.mjs', 'The plain worker is ready', databaseUrl);
}

/** What the product is measured against. */
export async function startFloor(databaseUrl) {
  const port = await freePort();
  const child = await start('bench/floor/server.mjs', 'The floor is ready', databaseUrl, { PORT: port });
  return { ...child, url: `http://127.0.0.1:${port}/api/v1` };
}

/** Ends with the others. */
export function adopt(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Resolves when it prints that it is up. */
async function start(program, ready, databaseUrl, settings = {}) {
  const flags = program.startsWith('dist/') ? FLAGS : [];
  const child = spawn(process.execPath, [...flags, join(root, program)], {
    cwd: tmpdir(),
    env: {
      DATABASE_URL: databaseUrl,
      JWT_SECRET: SECRET,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      LOG_LEVEL: 'warn',
      HOLD_MINUTES: '1440',
      RATE_LIMIT: 'off',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  adopt(child);
  let output = '';
  await new Promise((resolve, reject) => {
    const listen = (chunk) => {
      output += chunk;
      if (!output.includes(ready)) return;
      child.stdout.off('data', listen).resume(); // what is printed from now on is nobody's business
      resolve();
    };
    child.stdout.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${output}`)));
  });
  return { pid: child.pid, stop: () => end(child, 'SIGTERM') };
}

/** Those that a failure has left running. */
export async function stopProcesses() {
  await Promise.all([...running].map((child) => end(child, 'SIGKILL')));
}

async function end(child, signal) {
  if (!running.has(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return String(port);
}
