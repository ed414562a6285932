import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adopt } from './processes.mjs';

const program = join(import.meta.dirname, '../load/main.mjs');
/** For what a load has left under way, so that the next one does not meet it. */
const PAUSE_MS = 200;

/** Makes load from a process of its own, one load at a time. */
export class Loader {
  constructor() {
    const options = { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
    this.child = adopt(fork(program, options));
  }

  /** @param known what the seed left, the travellers with their tokens, and the cursor of a list. */
  tell(server, known) {
    this.child.send({ server, known });
  }

  /** Makes bookings that `read booking` can ask for later. */
  book({ name, url }, amount, clients) {
    return this.run({ server: name, url, amount, clients });
  }

  /**
   * @param job `{ server, url, load, clients, seconds }`.
   * @returns `{ latencies, asked }`: milliseconds of what was answered in time, and how much was asked for at all.
   * @throws Error unless all answers are 2xx.
   */
  async run(job) {
    const answered = new AbortController();
    this.child.send(job);
    const [{ result, error }] = await Promise.race([
      once(this.child, 'message', answered),
      once(this.child, 'exit', answered).then(() => [{ error: 'the load process ended' }]),
    ]).finally(() => answered.abort());
    if (error) throw new Error(error);
    if (Object.keys(result.failures).length > 0)
      throw new Error(
        `${job.load ?? 'booking'} on ${job.server}: not answered with 2xx: ${JSON.stringify(result.failures)}`,
      );
    await sleep(PAUSE_MS);
    return result;
  }
}
