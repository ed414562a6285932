import { Transactor, type Tx } from '@app/database';
import { VendorPayout } from '@app/events';
import { Idempotency } from '@app/http';
import { Clock } from '@app/kernel';
import { Ledger, payoutFailed, payoutPaid, payoutReturned } from '@app/ledger';
import type { TransferOutcome } from '@app/payments';
import { Vendor } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { Payout } from '../payout.entity.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** Step 3 of a payout: what the gateway said, and what came back later. Said twice, it counts once. */
@Injectable()
export class PayoutSettlement {
  constructor(
    private readonly transactor: Transactor,
    private readonly payouts: PayoutsRepository,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked the payout as it was when the gateway was asked: an answer to an earlier attempt is none to a later one.
   * @returns the payout as it is then.
   */
  async settle(asked: Payout, outcome: TransferOutcome): Promise<Payout> {
    if (outcome.status !== 'paid' && outcome.status !== 'failed') return this.payouts.get(asked.id);
    return this.transactor.run(async (tx) => {
      const payout = await this.lock(asked, tx);
      const isAnswered = payout.attempt !== asked.attempt || payout.status !== 'in_transit';
      if (!isAnswered && outcome.status === 'paid') await this.arrived(payout, outcome.gatewayTransferId, tx);
      if (!isAnswered && outcome.status === 'failed') {
        payout.refuse(outcome.failure, this.clock.now());
        await this.payouts.update(payout, 'in_transit', tx);
        await this.ledger.post(payoutFailed(attemptOf(payout)), tx);
      }
      if (outcome.status === 'paid' && payout.gatewayTransferId !== outcome.gatewayTransferId) {
        throw new Error(
          `${asked.transferGroup} was paid as ${outcome.gatewayTransferId}, after it had failed`,
        );
      }
      if (outcome.status === 'paid') await this.takeBack(payout, outcome.reversed.amount, tx);
      return payout;
    });
  }

  /** @param reversed how much of the transfer the gateway says has come back, in minor units. */
  cameBack(payout: Payout, reversed: number): Promise<Payout> {
    return this.transactor.run(async (tx) => {
      const locked = await this.lock(payout, tx);
      await this.takeBack(locked, reversed, tx);
      return locked;
    });
  }

  private async arrived(payout: Payout, gatewayTransferId: string, tx: Tx): Promise<void> {
    payout.arrive(gatewayTransferId, this.clock.now());
    await this.payouts.update(payout, 'in_transit', tx);
    await this.ledger.post(payoutPaid(attemptOf(payout)), tx);
    const { id: payoutId, vendorId, money: amount, period } = payout;
    await this.events.publish(new VendorPayout({ vendorId, payoutId, amount, period }), tx);
  }

  private async takeBack(payout: Payout, reversed: number, tx: Tx): Promise<void> {
    if (payout.status !== 'paid') return;
    const now = this.clock.now();
    const amount = payout.takeBack(reversed, now);
    if (amount.amount === 0) return;
    const source = { kind: 'payout.returned', sourceType: 'payout', sourceId: payout.id } as const;
    const occurrence = await this.ledger.nextOccurrence(source, tx);
    await this.payouts.update(payout, 'paid', tx);
    await this.ledger.post(payoutReturned({ ...attemptOf(payout), amount, occurrence, occurredAt: now }), tx);
    if (payout.isReturned && payout.reversalId) {
      await this.idempotency.settle(payout.reversalId, 200, tx);
    }
  }

  /** The vendor first: the sequence of his events is given under his lock. */
  private async lock({ id, vendorId }: Payout, tx: Tx): Promise<Payout> {
    await tx.findOneOrFail(Vendor, {
      select: { id: true },
      where: { id: vendorId },
      lock: { mode: 'for_no_key_update' },
    });
    return this.payouts.lock(id, tx);
  }
}

function attemptOf({ id: payoutId, vendorId, money: amount, attempt, updatedAt }: Payout) {
  return { payoutId, vendorId, amount, occurrence: attempt, occurredAt: updatedAt };
}
