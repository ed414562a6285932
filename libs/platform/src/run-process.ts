import { ConfigError, type Config } from '@app/config';
import { DatabaseUnusable } from '@app/database';
import { ReplicasNotStarted } from './cluster/replicas-not-started.js';
import { openPlatform } from './open-platform.js';
import { Shutdown } from './shutdown.js';

interface Surroundings {
  /** Prints a line for whoever started the process. */
  readonly log: (line: string) => void;
  /** Adds what is to be done before the process ends; the last added comes first. */
  readonly onStop: (step: () => Promise<void>) => void;
  /** Ends the process in good order, as a signal does. */
  readonly stop: () => void;
}

export interface ProcessContext extends Surroundings {
  /** Complete: with the URLs of the database and the secret, wherever they come from. */
  readonly config: Config;
}

/** Settings and database of this process itself. */
// The only reader of the environment: everything else is handed the validated Config.
// oxlint-disable-next-line node/no-process-env
const openHere = ({ log, onStop }: Surroundings) => openPlatform(process.env, log, onStop);

const EXPLAINED = [ConfigError, DatabaseUnusable, ReplicasNotStarted];

/**
 * Runs a program of Travellr in this process: settings and database first, then `start`. Ends it in good order, on a signal or a failed start.
 * @param start answers `done` when nothing is left to run: the process then ends. So it does after `failed`, with exit code 1.
 * @param open where the settings come from.
 */
export async function runProcess(
  start: (context: ProcessContext) => Promise<void | 'done' | 'failed'>,
  open: (surroundings: Surroundings) => Promise<Config> = openHere,
): Promise<void> {
  const shutdown = new Shutdown();
  const surroundings: Surroundings = {
    log: (line) => void process.stdout.write(`${line}\n`),
    onStop: (step) => shutdown.before(step),
    stop: () => shutdown.end(),
  };
  try {
    const config = await open(surroundings);
    if (shutdown.isEnding) return;
    const outcome = await start({ config, ...surroundings });
    if (outcome) process.exit((await shutdown.run()) && outcome === 'done' ? 0 : 1);
  } catch (error) {
    const isExplained = EXPLAINED.some((explained) => error instanceof explained);
    const told = isExplained ? (error as Error).message : String((error as Error).stack ?? error);
    if (!shutdown.isEnding) process.stderr.write(`${told}\n`);
    await shutdown.run(); // one that is under way ends the process itself
    process.exit(1);
  }
}
