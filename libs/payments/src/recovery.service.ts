import { Transactor } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Intents } from './intents.service.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundsRepository } from './refunds/refunds.repository.js';

/** Longer than a call to the gateway may take. A request that is slower still loses nothing: whoever settles second changes nothing. */
const UNTOUCHED_MS = 15_000;
/** Taken up at a time, of each kind. */
const BATCH_SIZE = 20;

/** Finishes payments and refunds that a crash or a silent gateway interrupted. Safe in several processes: claiming is touching. */
@Injectable()
export class Recovery {
  private readonly logger = new Logger(Recovery.name);

  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly intents: Intents,
    private readonly sender: RefundSender,
    private readonly clock: Clock,
  ) {}

  @Cron('*/5 * * * * *', { name: 'recover-payments', waitForCompletion: true })
  async sweep(): Promise<void> {
    while ((await this.recoverBatch()) === BATCH_SIZE);
  }

  /** @returns how many were taken up, of the kind with more. */
  private async recoverBatch(): Promise<number> {
    const now = this.clock.now();
    const claim = { before: new Date(now.getTime() - UNTOUCHED_MS), now, limit: BATCH_SIZE };
    const payments = await this.transactor.run((tx) => this.payments.claimInterrupted(claim, tx));
    const refunds = await this.transactor.run((tx) => this.refunds.claimPending(claim, tx));
    await Promise.all([
      ...payments.map((payment) => this.attempt(`payment ${payment.id}`, this.intents.resume(payment))),
      ...refunds.map(({ id }) => this.attempt(`refund ${id}`, this.sender.send(id))),
    ]);
    return Math.max(payments.length, refunds.length);
  }

  /** One that cannot be finished does not keep the others waiting; its turn comes again. */
  private async attempt(what: string, recovery: Promise<unknown>): Promise<void> {
    await recovery.catch((error: unknown) =>
      this.logger.error({ err: error }, `${what} could not be recovered yet`),
    );
  }
}
