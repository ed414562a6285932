import { Transactor, type Tx } from '@app/database';
import { ResourceNotFound } from '@app/http';
import { Clock, floorToStep } from '@app/kernel';
import { Ledger, payoutSubmitted } from '@app/ledger';
import { PaymentGateway } from '@app/payments';
import { Vendor } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { PayoutMinimums } from './payout-minimums.js';
import { Payout } from '../payout.entity.js';
import { PayoutsRepository } from '../payouts.repository.js';
import type { PayoutRun } from '../runs/payout-run.entity.js';

export type Submission =
  | { readonly payout: Payout }
  | {
      readonly skipped: string;
      /** It holds for the vendor in every currency. */
      readonly ofVendor?: boolean;
    };

/** Step 1 of a payout: its row, what it pays, and the journal, while the balance stands still. */
@Injectable()
export class PayoutSubmission {
  constructor(
    private readonly transactor: Transactor,
    private readonly payouts: PayoutsRepository,
    private readonly ledger: Ledger,
    private readonly minimums: PayoutMinimums,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  /**
   * @param currency undefined when the vendor has no account at all: it is told why he gets nothing.
   * @returns a new payout, or the one that this run made before it was interrupted.
   */
  submit(run: PayoutRun, vendorId: string, currency: string | undefined): Promise<Submission> {
    return this.transactor.run(async (tx) => {
      const vendor = await lockAsItIs(vendorId, tx);
      const made = currency && (await this.madeBefore(run, vendorId, currency, tx));
      if (made) return made;
      const ofVendor = this.hindrance(vendor) ?? otherSchedule(vendor, run);
      if (ofVendor) return { skipped: ofVendor, ofVendor: true };
      return currency ? this.payBalance(run, vendor, currency, tx) : { skipped: 'nothing-available' };
    });
  }

  /** Why nothing is paid to this vendor, whatever he has. */
  hindrance(vendor: Vendor): string | undefined {
    if (vendor.status !== 'approved') return `vendor-${vendor.status}`;
    const isHere = vendor.payoutAccountId !== null && vendor.payoutGateway === this.gateway.name;
    return isHere && vendor.payoutsEnabled ? undefined : 'payouts-not-enabled';
  }

  /** Submits it again: the same amount, which the caller has seen to be there. */
  async resubmit(payout: Payout, vendor: Vendor, tx: Tx): Promise<void> {
    payout.retry(this.destinationOf(vendor), this.clock.now());
    await this.payouts.update(payout, 'failed', tx);
    await this.post(payout, tx);
  }

  private async payBalance(run: PayoutRun, vendor: Vendor, currency: string, tx: Tx): Promise<Submission> {
    const account = await this.ledger.lockVendorBalance(vendor.id, currency, tx);
    // Another run, or this one in another process, may have paid it while this one waited for the account.
    const made = await this.madeBefore(run, vendor.id, currency, tx);
    if (made) return made;
    if (!account || account.balance === 0) return { skipped: 'nothing-available' };
    if (account.balance < 0) return { skipped: 'negative-balance' };
    // What is finer than banks can settle stays in the balance.
    const amount = floorToStep(account.balance, currency);
    if (amount < Math.max(1, this.minimums.of(vendor, currency).amount)) return { skipped: 'below-minimum' };
    const due = { vendorId: vendor.id, currency, amount, runId: run.id, period: run.period };
    const payout = Payout.begin({ ...due, ...this.destinationOf(vendor) }, this.clock.now());
    await this.payouts.save(payout, tx);
    await this.post(payout, tx);
    await this.payouts.collectItems(payout.id, account.accountId, tx);
    return { payout };
  }

  private destinationOf({ id, payoutAccountId }: Vendor): Pick<Payout, 'gateway' | 'accountId'> {
    if (payoutAccountId === null) throw new Error(`vendor ${id} has no account for payouts`);
    return { gateway: this.gateway.name, accountId: payoutAccountId };
  }

  private async madeBefore(
    { id, period }: PayoutRun,
    vendorId: string,
    currency: string,
    tx: Tx,
  ): Promise<Submission | undefined> {
    const payout = await this.payouts.findOfPeriod({ vendorId, currency, period }, tx);
    if (!payout) return undefined;
    return payout.runId === id ? { payout } : { skipped: 'already-run' };
  }

  /** Takes the payout's amount from the vendor's balance, which is locked. */
  private async post({ id: payoutId, vendorId, money, attempt, updatedAt }: Payout, tx: Tx): Promise<void> {
    const journal = { payoutId, vendorId, amount: money, occurrence: attempt, occurredAt: updatedAt };
    await this.ledger.post(payoutSubmitted(journal), tx);
  }
}

/** He is not suspended, nor given another account, before `tx` ends. @throws ResourceNotFound */
export async function lockAsItIs(vendorId: string, tx: Tx): Promise<Vendor> {
  const vendor = await tx.findOne(Vendor, { where: { id: vendorId }, lock: { mode: 'pessimistic_read' } });
  if (!vendor) throw new ResourceNotFound('vendor', vendorId);
  return vendor;
}

function otherSchedule(vendor: Vendor, run: PayoutRun): string | undefined {
  return run.forced || vendor.payoutSchedule === run.schedule ? undefined : 'other-schedule';
}
