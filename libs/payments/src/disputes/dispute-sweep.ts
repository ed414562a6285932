import { Transactor } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
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

  @Cron('0 */2 * * * *', { name: 'read-open-disputes', waitForCompletion: true })
  async sweep(): Promise<void> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - UNTOUCHED_MS);
    const claim = { gateway: this.gateway.name, before, now, limit: BATCH_SIZE };
    const due = await this.transactor.run((tx) => this.repository.claimUndecided(claim, tx));
    await Promise.all(due.map(({ gatewayDisputeId }) => this.read(gatewayDisputeId)));
  }

  /** One that cannot be read does not keep the others waiting; its turn comes again. */
  private async read(gatewayDisputeId: string): Promise<void> {
    await this.disputes
      .refresh(gatewayDisputeId)
      .catch((error: unknown) =>
        this.logger.error({ err: error }, `dispute ${gatewayDisputeId} could not be read yet`),
      );
  }
}
