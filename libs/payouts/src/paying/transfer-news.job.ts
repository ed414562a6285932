import { Job, type JobHandler } from '@app/events';
import { GATEWAY_TIMEOUT_MS, NEWS_JOBS, PaymentGateway } from '@app/payments';
import { Injectable } from '@nestjs/common';
import { PayoutSettlement } from './payout-settlement.js';
import { PayoutsRepository } from '../payouts.repository.js';

/** Something happened to a transfer at the gateway, e.g. some of it came back. How it stands is read there. */
@Injectable()
@Job(NEWS_JOBS.transfer, { lane: 'gateway' })
export class TransferNews implements JobHandler<{ gatewayTransferId: string }> {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payouts: PayoutsRepository,
    private readonly settlement: PayoutSettlement,
  ) {}

  /** @throws Error when it must be told again: the gateway gives no answer, or a payout may be about to learn that the transfer is its own. */
  async run({ gatewayTransferId }: { gatewayTransferId: string }): Promise<void> {
    const payout = await this.payouts.findByTransfer(this.gateway.name, gatewayTransferId);
    if (!payout) {
      if (await this.payouts.hasInTransit(this.gateway.name))
        throw new Error(`transfer ${gatewayTransferId} may be of a payout under way`);
      return;
    }
    const outcome = await this.gateway.getTransfer(gatewayTransferId, { timeoutMs: GATEWAY_TIMEOUT_MS });
    if (outcome.status !== 'paid') throw new Error(`transfer ${gatewayTransferId} could not be read`);
    await this.settlement.cameBack(payout, outcome.reversed.amount);
  }
}
