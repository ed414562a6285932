import { Inject, Injectable } from '@nestjs/common';
import { Logger as GraphileLogger, runOnce } from 'graphile-worker';
import { CONFIG, type Config } from '@app/config';
import { JobTasks } from './job-tasks.js';
import { OutboxRelay } from './outbox-relay.js';

const silent = new GraphileLogger(() => () => undefined);

/** Does on demand what a worker does all the time: for programs that set the clock themselves, and must know that nothing is left. */
@Injectable()
export class Backlog {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly relay: OutboxRelay,
    private readonly tasks: JobTasks,
  ) {}

  /** Relays every event and runs every job that is due, and those that these bring about. */
  async clear(): Promise<void> {
    const taskList = this.tasks.list();
    do {
      await this.relay.relayAll();
      await runOnce({
        connectionString: this.config.database.directUrl,
        maxPoolSize: 2,
        // One after the other, in the order of publication: nothing stands back to be due a little later.
        concurrency: 1,
        taskList,
        logger: silent,
      });
    } while ((await this.relay.relayAll()) > 0);
  }
}
