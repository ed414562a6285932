import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const lock = join(dist, '.building');
const sources = ['apps', 'libs', 'ormconfig.ts', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];

/** Builds `dist/` when it is missing or older than the sources; of several processes at once one builds and the others wait. */
export async function buildIfStale() {
  if (!existsSync(join(root, 'apps')) || isFresh()) return;
  mkdirSync(dist, { recursive: true });
  while (!takeLock()) await sleep(100);
  try {
    if (!isFresh()) build();
  } finally {
    rmSync(lock, { force: true });
  }
}

function build() {
  const startedAt = new Date();
  console.log('building ...');
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build', 'api'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the build failed: run "npm run build" to see why');
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt); // what was saved while it built is newer
}

function isFresh() {
  const builtAt = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  return builtAt !== undefined && sources.every((source) => newest(join(root, source)) <= builtAt);
}

/** The latest change in a file or a tree; a directory's own time tells of files removed. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function takeLock() {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(holder())) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holder() {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return process.pid; // released this moment
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
