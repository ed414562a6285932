import { Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Intents } from './intents.service.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { PaymentsRepository, type Claim } from './payments.repository.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundsRepository } from './refunds/refunds.repository.js';

/** Longer than a call to the gateway may take. A request that is slower still loses nothing: whoever settles second changes nothing. */
const UNTOUCHED_MS = 15_000;
/** For refunds that wait for a bank, often for days. Its answer would be told by the gateway: in case it was told to nobody. */
const WAITING_MS = 60_000;
/** One that a gateway keeps waiting is over before so many are under way, each with a batch of its own: claiming is touching. */
const RUNS_AT_ONCE = 8;
/** Taken up at a time, of each kind. */
const BATCH_SIZE = 20;

/** Finishes payments and refunds that a crash or a silent gateway interrupted. Safe in several processes: claiming is touching. */
@Injectable()
export class Recovery {
  private readonly logger = new Logger(Recovery.name);
  private stranded = 0;

  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly intents: Intents,
    private readonly sender: RefundSender,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'recover-payments',
    everySeconds: 5,
    atOnce: RUNS_AT_ONCE,
    summary: 'Finishes payments and refunds that a crash or a silent gateway interrupted',
  })
  async sweep(): Promise<ScheduleReport> {
    // What this sweep has touched is not due again in it, however long the gateway keeps it waiting.
    const begun = this.clock.now().getTime();
    const report = { payments: 0, refunds: 0, failed: 0 };
    while ((await this.recoverBatch(begun, report)) === BATCH_SIZE);
    await this.tellOfStranded();
    return report;
  }

  /** @returns how many were taken up, of the kind with more. */
  private async recoverBatch(
    begun: number,
    report: Record<'payments' | 'refunds' | 'failed', number>,
  ): Promise<number> {
    const claim: Claim = {
      gateway: this.gateway.name,
      before: new Date(begun - UNTOUCHED_MS),
      waitingBefore: new Date(begun - WAITING_MS),
      now: this.clock.now(),
      limit: BATCH_SIZE,
    };
    const payments = await this.transactor.run((tx) => this.payments.claimInterrupted(claim, tx));
    const refunds = await this.transactor.run((tx) => this.refunds.claimPending(claim, tx));
    const finished = await Promise.all([
      ...payments.map((payment) => this.attempt(`payment ${payment.id}`, this.intents.resume(payment))),
      ...refunds.map(({ id }) => this.attempt(`refund ${id}`, this.sender.resume(id))),
    ]);
    report.payments += payments.length;
    report.refunds += refunds.length;
    report.failed += finished.filter((isFinished) => !isFinished).length;
    return Math.max(payments.length, refunds.length);
  }

  /** What was begun through another gateway is nothing to ask this one for. Said when the number changes, not at every sweep. */
  private async tellOfStranded(): Promise<void> {
    const stranded = await this.payments.countStranded(this.gateway.name);
    if (stranded > 0 && stranded !== this.stranded)
      this.logger.error(
        `${stranded} unfinished payments or refunds are of another gateway than ${this.gateway.name}, and wait for it`,
      );
    this.stranded = stranded;
  }

  /** One that cannot be finished does not keep the others waiting; its turn comes again. */
  private async attempt(what: string, recovery: Promise<unknown>): Promise<boolean> {
    try {
      await recovery;
      return true;
    } catch (error) {
      this.logger.error({ err: error }, `${what} could not be recovered yet`);
      return false;
    }
  }
}
