import { Transactor } from '@app/database';
import { Idempotency, ResourceNotFound, type Alongside } from '@app/http';
import { Clock } from '@app/kernel';
import { GATEWAY_TIMEOUT_MS, PaymentGateway, type TransferOutcome } from '@app/payments';
import { Injectable } from '@nestjs/common';
import { PayoutSettlement } from './payout-settlement.js';
import type { Payout } from '../payout.entity.js';
import { PayoutNotReversible, ReversalRefused } from '../payout.errors.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** Fetching a payout back, in three steps: the request, the gateway, the journal. */
@Injectable()
export class PayoutReversals {
  constructor(
    private readonly transactor: Transactor,
    private readonly payouts: PayoutsRepository,
    private readonly gateway: PaymentGateway,
    private readonly settlement: PayoutSettlement,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the payout: `returned`, or still `paid` when the gateway gave no answer; recovery then goes on.
   * @throws ResourceNotFound, PayoutNotReversible, ReversalRefused
   */
  async reverse(id: string, reason: string, alongside: Alongside): Promise<Payout> {
    if (!(await this.payouts.findById(id))) throw new ResourceNotFound('payout', id);
    const payout = await this.transactor.run(async (tx) => {
      const locked = await this.payouts.lock(id, tx);
      this.requireReversible(locked);
      const reversalId = locked.requestReversal(reason, this.clock.now());
      await this.payouts.update(locked, 'paid', tx);
      await alongside(reversalId, tx);
      return locked;
    });
    return this.carryOut(payout);
  }

  /** Finishes one that was interrupted. @throws ReversalRefused, when it is over too. */
  async resume(payout: Payout): Promise<Payout> {
    const call = { timeoutMs: GATEWAY_TIMEOUT_MS };
    const outcome = await this.gateway.getTransfer(payout.transferId, call);
    if (outcome.status !== 'paid') return payout;
    const now = await this.settlement.cameBack(payout, outcome.reversed.amount);
    return now.isReversing ? this.carryOut(now) : now;
  }

  private async carryOut(payout: Payout): Promise<Payout> {
    const outcome = await this.gateway.reverseTransfer({
      gatewayTransferId: payout.transferId,
      amount: payout.left,
      // Asked for anew, or for less because some came back by itself meanwhile, it is another call.
      idempotencyKey: `payout:${payout.id}:reverse:${payout.reversalId}:${payout.reversed}`,
      timeoutMs: GATEWAY_TIMEOUT_MS,
    });
    if (outcome.status === 'failed') return this.refused(payout, outcome);
    return outcome.status === 'paid' ? this.settlement.cameBack(payout, outcome.reversed.amount) : payout;
  }

  private async refused(
    { id, reversalId }: Payout,
    { failure }: Extract<TransferOutcome, { status: 'failed' }>,
  ): Promise<Payout> {
    const payout = await this.transactor.run(async (tx) => {
      const locked = await this.payouts.lock(id, tx);
      if (!locked.isReversing || reversalId === null || locked.reversalId !== reversalId) return locked;
      locked.dropReversal(this.clock.now());
      await this.payouts.update(locked, 'paid', tx);
      await this.idempotency.settle(reversalId, null, tx);
      return locked;
    });
    // It may have come back by itself, or through recovery, while the gateway was asked.
    if (payout.isReturned) return payout;
    throw new ReversalRefused(failure.message);
  }

  private requireReversible({ status, isReversing, gateway }: Payout): void {
    if (status !== 'paid')
      throw new PayoutNotReversible(
        `only a payout that was paid can be reversed; this one is ${status}`,
        status,
      );
    if (isReversing) throw new PayoutNotReversible('it is being reversed already', status);
    if (gateway !== this.gateway.name)
      throw new PayoutNotReversible(
        `it was paid through ${gateway}, which is not the gateway in use`,
        status,
      );
  }
}
