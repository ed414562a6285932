import { Clock } from '@app/kernel';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '@app/payments';
import { Injectable } from '@nestjs/common';
import { PayoutSettlement } from './payout-settlement.js';
import type { Payout } from '../payout.entity.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** Step 2 of a payout: the gateway, outside any transaction. */
@Injectable()
export class PayoutSender {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payouts: PayoutsRepository,
    private readonly settlement: PayoutSettlement,
    private readonly clock: Clock,
  ) {}

  /** @returns the payout as it is then: still `in_transit` when the gateway gave no answer, or another is at it. */
  async send(id: string): Promise<Payout> {
    const taken = await this.payouts.takeToGateway(id, this.clock.now());
    const payout = await this.payouts.get(id);
    return taken ? this.transfer(payout) : payout;
  }

  /** Finishes one that was interrupted. The gateway is asked first whether it has the transfer: it forgets keys after a day, groups never. */
  async resume({ id, status }: Payout): Promise<Payout> {
    if (status === 'pending') return this.send(id);
    const payout = await this.payouts.get(id);
    if (payout.status !== 'in_transit') return payout;
    const found = await this.gateway.findTransfer(payout.transferGroup, { timeoutMs: GATEWAY_TIMEOUT_MS });
    return found.status === 'none' ? this.transfer(payout) : this.settlement.settle(payout, found);
  }

  private async transfer(payout: Payout): Promise<Payout> {
    const outcome = await this.gateway.transfer({
      accountId: payout.accountId,
      amount: payout.money,
      group: payout.transferGroup,
      metadata: { payoutId: payout.id, vendorId: payout.vendorId },
      idempotencyKey: payout.transferGroup,
      timeoutMs: GATEWAY_TIMEOUT_MS,
    });
    return this.settlement.settle(payout, outcome);
  }
}
