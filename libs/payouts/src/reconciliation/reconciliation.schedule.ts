import { Schedule, type ScheduleReport } from '@app/events';
import { Injectable, Logger } from '@nestjs/common';
import { Reconciliation } from './reconciliation.service.js';

/** Tells the log what differs. A gateway that is down is asked again: a run that fails is repeated. */
@Injectable()
export class Reconcile {
  private readonly logger = new Logger(Reconcile.name);

  constructor(private readonly reconciliation: Reconciliation) {}

  @Schedule({
    name: 'reconcile',
    cron: '0 4 * * *',
    lane: 'gateway',
    summary: 'Compares the books of the last seven days with the gateway',
  })
  async run(): Promise<ScheduleReport> {
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
    return { compared, breaks: breaks.length };
  }
}
