import type { Config } from '@app/config';
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess, type ProcessContext } from '../run-process.js';
import type { ToReplica } from './messages.js';
import { joinSiblings, tellPrimary } from './siblings.js';
import { Supervisor } from './supervisor.js';

/** An application that answers requests. */
export interface Serving {
  readonly url: string;
  /** Lets its clients go elsewhere, as far as they do so by themselves in a few seconds. */
  letGo(): Promise<void>;
}

/** A primary of an earlier version, from before a build, does not know the question. */
const LEAVE_WITHIN_MS = 2_000;

type Serve = (context: ProcessContext) => Promise<Serving>;

/**
 * Runs an application in this process, or in as many as WEB_CONCURRENCY says, which this one then looks after.
 * @param entry the program that calls this.
 * @param announce prints that it is ready, once.
 */
export async function runReplicated(
  entry: string,
  serve: Serve,
  announce: (url: string, context: ProcessContext) => void,
): Promise<void> {
  if (cluster.isWorker) return runReplica(serve);
  await runProcess(async (context) => {
    if (context.config.webConcurrency > 1)
      return new Supervisor(context).run(entry, (url) => announce(url, context));
    process.on('SIGHUP', () => context.stop()); // of a terminal that closes
    const serving = serve(context);
    // What is being opened can be closed once it is open.
    context.onStop(async () => void (await serving.catch(() => undefined)));
    announce((await serving).url, context);
  });
}

/** One of several: the settings come from the process that opened the database for all. */
async function runReplica(serve: Serve): Promise<void> {
  let letGo = () => Promise.resolve();
  joinSiblings();
  process.on('SIGHUP', () => undefined); // of a terminal that closes; the one who started this process ends it
  await runProcess(
    async (context) => {
      const serving = await serve(context);
      letGo = () => serving.letGo();
      tellPrimary({ type: 'travellr:ready', url: serving.url });
    },
    async ({ stop }) => {
      whenTold('travellr:stop', stop);
      whenTold('travellr:retire', () => void letGo().then(leave).finally(stop));
      return configOfPrimary();
    },
  );
}

function configOfPrimary(): Promise<Config> {
  return new Promise((resolve) => {
    whenTold('travellr:config', ({ config }) => resolve(config));
    tellPrimary({ type: 'travellr:hello' });
  });
}

/**
 * After it, no connection is on its way to this process. One that it had not read when it ended would hang for ever: the primary
 * keeps it open until it hears that it was taken, or is not wanted and goes to another.
 */
async function leave(): Promise<void> {
  const left = new Promise<void>((resolve) => whenTold('travellr:left', () => resolve()));
  tellPrimary({ type: 'travellr:leaving' });
  await Promise.race([left, sleep(LEAVE_WITHIN_MS, undefined, { ref: false })]);
}

function whenTold<T extends ToReplica['type']>(
  type: T,
  act: (message: Extract<ToReplica, { type: T }>) => void,
): void {
  process.on('message', (message: ToReplica) => {
    if (message.type === type) act(message as Extract<ToReplica, { type: T }>);
  });
}
