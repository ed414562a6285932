import { newId } from '@app/kernel';
import type { Dispute } from '@app/payments';
import type { DisputeAnswer } from '../../libs/payments/src/disputes/dispute.entity.js';
import { DisputeSettlement } from '../../libs/payments/src/disputes/dispute-settlement.js';
import { PaymentsRepository } from '../../libs/payments/src/payments.repository.js';

/** Whatever has an application in it. */
interface House {
  // oxlint-disable-next-line typescript/no-explicit-any -- as Nest's own `get`
  get<T>(type: abstract new (...args: any[]) => T): T;
}

const nothing = { amount: 0, currency: 'USD' };
export const DISPUTE_FEE = { amount: 1_500, currency: 'USD' };

/** A dispute as a traveller's bank sees it: told to the house as the gateway would, in whatever order the test likes. */
export class BankDispute {
  readonly gatewayDisputeId = `mock_dp_${newId()}`;

  /** @param amount minor units; all that was captured unless given. */
  constructor(
    private readonly house: House,
    private readonly paymentId: string,
    private readonly amount?: number,
  ) {}

  async answer(
    status: DisputeAnswer['status'],
    changes: Partial<DisputeAnswer> = {},
  ): Promise<DisputeAnswer> {
    const payment = await this.payment();
    return {
      status,
      gatewayDisputeId: this.gatewayDisputeId,
      gatewayPaymentId: payment.gatewayPaymentId as string,
      reason: 'fraudulent',
      amount: { amount: this.amount ?? payment.amount, currency: payment.currency },
      fee: status === 'inquiry' || status === 'closed' ? nothing : DISPUTE_FEE,
      feeReturned: nothing,
      ...changes,
    };
  }

  async becomes(status: DisputeAnswer['status'], changes: Partial<DisputeAnswer> = {}): Promise<Dispute> {
    const answer = await this.answer(status, changes);
    return this.house.get(DisputeSettlement).settle(await this.payment(), answer);
  }

  private async payment() {
    const payment = await this.house.get(PaymentsRepository).findById(this.paymentId);
    if (!payment) throw new Error(`there is no payment ${this.paymentId}`);
    return payment;
  }
}
