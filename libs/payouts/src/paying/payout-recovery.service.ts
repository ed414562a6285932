import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { PaymentGateway } from '@app/payments';
import { Injectable, Logger } from '@nestjs/common';
import { PayoutReversals } from './payout-reversals.service.js';
import { PayoutSender } from './payout-sender.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** Longer than a call to the gateway may take. */
const UNTOUCHED_MS = 15_000;
/** One that a gateway keeps waiting is over before so many are under way, each with a batch of its own: claiming is touching. */
const RUNS_AT_ONCE = 8;
/** Taken up at a time. */
const BATCH_SIZE = 20;

/** Finishes payouts and reversals that a crash or a silent gateway interrupted. Safe in several processes: claiming is touching. */
@Injectable()
export class PayoutRecovery {
  private readonly logger = new Logger(PayoutRecovery.name);

  constructor(
    private readonly transactor: Transactor,
    private readonly payouts: PayoutsRepository,
    private readonly gateway: PaymentGateway,
    private readonly sender: PayoutSender,
    private readonly reversals: PayoutReversals,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'recover-payouts',
    everySeconds: 5,
    atOnce: RUNS_AT_ONCE,
    summary: 'Finishes payouts and reversals that a crash or a silent gateway interrupted',
  })
  async sweep(): Promise<ScheduleReport> {
    return { payouts: await inBatches(BATCH_SIZE, () => this.recoverBatch()) };
  }

  /** @returns how many were taken up. */
  private async recoverBatch(): Promise<number> {
    const now = this.clock.now();
    const claim = {
      gateway: this.gateway.name,
      before: new Date(now.getTime() - UNTOUCHED_MS),
      now,
      limit: BATCH_SIZE,
    };
    const payouts = await this.transactor.run((tx) => this.payouts.claimInterrupted(claim, tx));
    await Promise.all(
      payouts.map((payout) =>
        (payout.isReversing ? this.reversals.resume(payout) : this.sender.resume(payout)).catch(
          (error: unknown) =>
            this.logger.error({ err: error }, `payout ${payout.id} could not be recovered yet`),
        ),
      ),
    );
    return payouts.length;
  }
}
