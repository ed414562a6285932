import { Transactor } from '@app/database';
import { ResourceNotFound, type Alongside } from '@app/http';
import { money } from '@app/kernel';
import { Ledger } from '@app/ledger';
import { Injectable } from '@nestjs/common';
import { PayoutSender } from './payout-sender.js';
import { lockAsItIs, PayoutSubmission } from './payout-submission.js';
import type { Payout } from '../payout.entity.js';
import { PayoutExceedsBalance, PayoutNotFailed, VendorNotPayable } from '../payout.errors.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** A payout that failed, tried again: the same amount, if the vendor still has it. */
@Injectable()
export class PayoutRetries {
  constructor(
    private readonly transactor: Transactor,
    private readonly payouts: PayoutsRepository,
    private readonly submission: PayoutSubmission,
    private readonly sender: PayoutSender,
    private readonly ledger: Ledger,
  ) {}

  /** @throws ResourceNotFound, PayoutNotFailed, VendorNotPayable, PayoutExceedsBalance */
  async retry(id: string, alongside: Alongside): Promise<Payout> {
    const found = await this.payouts.findById(id);
    if (!found) throw new ResourceNotFound('payout', id);
    await this.transactor.run(async (tx) => {
      const vendor = await lockAsItIs(found.vendorId, tx);
      const payout = await this.payouts.lock(id, tx);
      if (payout.status !== 'failed') throw new PayoutNotFailed(payout.status);
      const reason = this.submission.hindrance(vendor);
      if (reason) throw new VendorNotPayable(reason);
      const { balance = 0 } = (await this.ledger.lockVendorBalance(vendor.id, payout.currency, tx)) ?? {};
      if (balance < payout.amount) throw new PayoutExceedsBalance(money(balance, payout.currency));
      await this.submission.resubmit(payout, vendor, tx);
      await alongside(id, tx);
    });
    return this.sender.send(id);
  }
}
