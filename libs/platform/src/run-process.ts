import { ConfigError, type Config } from '@app/config';
import { DatabaseUnusable } from '@app/database';
import { openPlatform } from './open-platform.js';
import { Shutdown } from './shutdown.js';

export interface ProcessContext {
  /** Complete: with the URLs of the database and the secret, wherever they come from. */
  readonly config: Config;
  /** Prints a line for whoever started the process. */
  readonly log: (line: string) => void;
  /** Adds what is to be done before the process ends; the last added comes first. */
  readonly onStop: (step: () => Promise<void>) => void;
}

/**
 * Runs a program of Travellr in this process: settings and database first, then `start`. Ends it in good order, on a signal or a failed start.
 * @param start answers `done` when nothing is left to run: the process then ends. So it does after `failed`, with exit code 1.
 */
export async function runProcess(
  start: (context: ProcessContext) => Promise<void | 'done' | 'failed'>,
): Promise<void> {
  const shutdown = new Shutdown();
  const log = (line: string): void => void process.stdout.write(`${line}\n`);
  const onStop = (step: () => Promise<void>): void => shutdown.before(step);
  try {
    // The only reader of the environment: everything else is handed the validated Config.
    // oxlint-disable-next-line node/no-process-env
    const outcome = await start({ config: await openPlatform(process.env, log, onStop), log, onStop });
    if (outcome) process.exit((await shutdown.run()) && outcome === 'done' ? 0 : 1);
  } catch (error) {
    const isExplained = error instanceof ConfigError || error instanceof DatabaseUnusable;
    process.stderr.write(`${isExplained ? error.message : String((error as Error).stack ?? error)}\n`);
    await shutdown.run();
    process.exit(1);
  }
}
