import { Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { Disputes } from './disputes.service.js';
import { DisputesRepository } from './disputes.repository.js';

/** Banks take weeks to decide; this is how long it takes us to notice when the gateway's news of it was lost. */
const UNTOUCHED_MS = 2 * 60_000;
/** Read at a time, and no more until the next time: however many disputes are open, the gateway is asked no more often. */
const BATCH_SIZE = 20;

/** Reads undecided disputes again, since news may be lost. Safe in several processes: claiming is touching. */
@Injectable()
export class DisputeSweep {
  private readonly logger = new Logger(DisputeSweep.name);

  constructor(
    private readonly transactor: Transactor,
    private readonly repository: DisputesRepository,
    private readonly disputes: Disputes,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'read-open-disputes',
    cron: '*/2 * * * *',
    lane: 'gateway',
    summary: 'Reads undecided disputes at the gateway again',
  })
  async sweep(): Promise<ScheduleReport> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - UNTOUCHED_MS);
    const claim = { gateway: this.gateway.name, before, now, limit: BATCH_SIZE };
    const due = await this.transactor.run((tx) => this.repository.claimUndecided(claim, tx));
    const read = await Promise.all(due.map(({ gatewayDisputeId }) => this.read(gatewayDisputeId)));
    return { read: read.filter(Boolean).length, failed: read.filter((isRead) => !isRead).length };
  }

  /** One that cannot be read does not keep the others waiting; its turn comes again. */
  private async read(gatewayDisputeId: string): Promise<boolean> {
    try {
      await this.disputes.refresh(gatewayDisputeId);
      return true;
    } catch (error) {
      this.logger.error({ err: error }, `dispute ${gatewayDisputeId} could not be read yet`);
      return false;
    }
  }
}
