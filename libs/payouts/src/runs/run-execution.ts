import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { PayoutSender } from '../paying/payout-sender.js';
import { PayoutSubmission } from '../paying/payout-submission.js';
import type { PayoutRun, Skipped } from './payout-run.entity.js';
import { PayoutRunsRepository } from './payout-runs.repository.js';

/** Vendors looked up at a time; the run is touched after each such batch. */
const BATCH_SIZE = 20;
/** Vendors paid at a time: each holds a connection, and the gateway for a moment. */
const AT_ONCE = 4;

/** Goes round the vendors of a run. Gone round twice, or by two processes at once, each vendor is paid once. */
@Injectable()
export class RunExecution {
  private readonly logger = new Logger(RunExecution.name);

  constructor(
    private readonly runs: PayoutRunsRepository,
    private readonly submission: PayoutSubmission,
    private readonly sender: PayoutSender,
    private readonly clock: Clock,
  ) {}

  /** @returns who got nothing, and why. The run is completed unless something went wrong with a vendor: recovery then takes it up again. */
  async execute(run: PayoutRun): Promise<Skipped[]> {
    const skipped: Skipped[] = [];
    let isComplete = true;
    for await (const batch of this.batches(run)) {
      await eachOf(batch, async (vendorId) => {
        try {
          skipped.push(...(await this.pay(run, vendorId)));
        } catch (error) {
          this.logger.error({ err: error }, `run ${run.id} could not finish with vendor ${vendorId} yet`);
          skipped.push({ vendorId, reason: 'interrupted' });
          isComplete = false;
        }
      });
      await this.runs.touch(run.id, this.clock.now());
    }
    skipped.sort((a, b) => (a.vendorId < b.vendorId ? -1 : 1));
    if (isComplete) await this.runs.complete(run.id, skipped, this.clock.now());
    return skipped;
  }

  private async *batches(run: PayoutRun): AsyncGenerator<string[]> {
    if (run.vendorId) return yield [run.vendorId];
    for (let batch: string[] = []; ;) {
      batch = await this.runs.vendorsDue(run, batch.at(-1), BATCH_SIZE);
      if (batch.length > 0) yield batch;
      if (batch.length < BATCH_SIZE) return;
    }
  }

  private async pay(run: PayoutRun, vendorId: string): Promise<Skipped[]> {
    const currencies = await this.runs.currenciesDue(run, vendorId);
    const skipped: Skipped[] = [];
    for (const currency of currencies.length > 0 ? currencies : [undefined]) {
      const submission = await this.submission.submit(run, vendorId, currency);
      if ('payout' in submission) await this.sender.send(submission.payout.id);
      else {
        const { skipped: reason, ofVendor } = submission;
        const isTold = ofVendor && skipped.some((told) => told.reason === reason && !told.currency);
        if (!isTold) skipped.push({ vendorId, ...(!ofVendor && currency && { currency }), reason });
      }
    }
    return skipped;
  }
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
