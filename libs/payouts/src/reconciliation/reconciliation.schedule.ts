import { Transactor } from '@app/database';
import { Job, Jobs, type JobHandler } from '@app/events';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Reconciliation } from './reconciliation.service.js';

export const RECONCILE = 'reconcile';

/** In which every worker has come to ask for it. */
const CALLED_TOGETHER_MS = 60_000;

/** Every worker process asks for it at the same time of day, and the queue keeps one of all those jobs: the ones with the same key. */
@Injectable()
export class ReconciliationSchedule {
  constructor(
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
  ) {}

  @Cron('0 0 4 * * *', { name: 'reconcile', timeZone: 'UTC' })
  async ask(): Promise<void> {
    await this.transactor.run((tx) =>
      this.jobs.enqueue(RECONCILE, {}, tx, { key: RECONCILE, delayMs: CALLED_TOGETHER_MS }),
    );
  }
}

/** Tells the log what differs. A gateway that is down is asked again: the job is repeated. */
@Injectable()
@Job(RECONCILE)
export class Reconcile implements JobHandler<object> {
  private readonly logger = new Logger(Reconcile.name);

  constructor(private readonly reconciliation: Reconciliation) {}

  async run(): Promise<void> {
    const { ok, from, to, compared, breaks, truncated } = await this.reconciliation.run();
    for (const found of breaks) {
      const { kind, gatewayId, paymentId, amount, detail } = found;
      const of = `${gatewayId}${paymentId === undefined ? '' : ` (payment ${paymentId})`}`;
      this.logger.error(`${kind}: ${of} by ${amount.amount} ${amount.currency}: ${detail}`);
    }
    const summary = `${compared} objects at the gateway from ${from.toISOString()} to ${to.toISOString()}: ${
      ok ? 'the books agree' : `${breaks.length}${truncated ? ' and more' : ''} break(s)`
    }`;
    if (ok) this.logger.log(summary);
    else this.logger.error(summary);
  }
}
