import { money, newId, type Money } from '@app/kernel';
import type {
  BalanceTransaction,
  PaymentOutcome,
  RefundOutcome,
  TransferOutcome,
} from '../gateway-results.js';
import type { OnCreated, PaymentGateway, ProcessPayment } from '../payment-gateway.js';
import type { Card, GatewayHarness } from './gateway-harness.contract.js';

export const CALL = { timeoutMs: 5_000 };
/** All of time. */
const EVER = { from: new Date('2000-01-01'), to: new Date('2100-01-01') };

export const usd = (amount: number): Money => money(amount, 'USD');
export const goOn: OnCreated = () => Promise.resolve('confirm');

/** The calls of a platform to the gateway under test, in short. */
export class GatewayCalls {
  /** @param harnessOf the harness is there only when the tests run. */
  constructor(private readonly harnessOf: () => GatewayHarness) {}

  get harness(): GatewayHarness {
    return this.harnessOf();
  }

  get gateway(): PaymentGateway {
    return this.harness.gateway;
  }

  order(card: Card, amount = usd(10_000)): ProcessPayment {
    return {
      amount,
      paymentMethod: this.harness.cards[card],
      metadata: { bookingId: newId(), paymentId: newId(), userId: newId() },
      idempotencyKey: `pay:${newId()}`,
      ...CALL,
    };
  }

  pay(card: Card, amount?: Money): Promise<PaymentOutcome> {
    return this.gateway.processPayment(this.order(card, amount), goOn);
  }

  /** @returns the id of a payment with that card, however it ended. */
  async paid(card: Card = 'good', amount?: Money): Promise<string> {
    return idOf(await this.pay(card, amount));
  }

  statusOf(gatewayPaymentId: string): Promise<PaymentOutcome> {
    return this.gateway.getPaymentStatus(gatewayPaymentId, CALL);
  }

  cancel(gatewayPaymentId: string): Promise<PaymentOutcome> {
    return this.gateway.cancelPayment(gatewayPaymentId, { idempotencyKey: `cancel:${newId()}`, ...CALL });
  }

  refund(gatewayPaymentId: string, amount: number, refundId = newId()): Promise<RefundOutcome> {
    return this.gateway.refundPayment({
      gatewayPaymentId,
      amount: usd(amount),
      metadata: { bookingId: 'a booking', paymentId: 'a payment', userId: 'a user', refundId },
      idempotencyKey: `refund:${refundId}`,
      ...CALL,
    });
  }

  async refunded(gatewayPaymentId: string, amount: number, refundId?: string): Promise<string> {
    const outcome = await this.refund(gatewayPaymentId, amount, refundId);
    if ('gatewayRefundId' in outcome && outcome.gatewayRefundId) return outcome.gatewayRefundId;
    throw new Error(`the refund is ${JSON.stringify(outcome)}`);
  }

  async disputed(): Promise<{ gatewayPaymentId: string; gatewayDisputeId: string }> {
    const gatewayPaymentId = await this.paid('disputed');
    return { gatewayPaymentId, gatewayDisputeId: await this.harness.disputeOver(gatewayPaymentId) };
  }

  async openAccount(): Promise<string> {
    const outcome = await this.gateway.createVendorAccount(this.vendor());
    if (outcome.status !== 'open') throw new Error(`the account is ${outcome.status}`);
    await this.harness.onboard(outcome.account.id);
    return outcome.account.id;
  }

  vendor() {
    const names = { businessName: 'Andes Walks', country: 'US', currency: 'USD' };
    return { vendorId: newId(), ...names, idempotencyKey: `account:${newId()}`, ...CALL };
  }

  transfer(accountId: string, amount: number, group = `payout:${newId()}:1`): Promise<TransferOutcome> {
    return this.gateway.transfer({
      accountId,
      amount: usd(amount),
      group,
      metadata: { payoutId: 'a payout', vendorId: 'a vendor' },
      idempotencyKey: group,
      ...CALL,
    });
  }

  async transferred(accountId: string, amount: number, group?: string): Promise<string> {
    const outcome = await this.transfer(accountId, amount, group);
    if (outcome.status === 'paid') return outcome.gatewayTransferId;
    throw new Error(`the transfer is ${JSON.stringify(outcome)}`);
  }

  reverse(gatewayTransferId: string, amount: number, idempotencyKey = newId()): Promise<TransferOutcome> {
    return this.gateway.reverseTransfer({ gatewayTransferId, amount: usd(amount), idempotencyKey, ...CALL });
  }

  /** The pages of the balance transactions of a window, or of all time. */
  async pages(window: { from?: Date; to?: Date } = {}): Promise<(readonly BalanceTransaction[])[]> {
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await this.gateway.listBalanceTransactions({
        ...EVER,
        ...window,
        ...CALL,
        ...(cursor !== undefined && { cursor }),
      });
      if (page.status !== 'page') throw new Error(`the balance transactions are ${page.status}`);
      pages.push(page.data);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return pages;
  }

  /** What moved the balance while `deeds` were done. */
  async movementsOf(deeds: () => Promise<unknown>): Promise<BalanceTransaction[]> {
    const before = new Set((await this.pages()).flat().map(({ id }) => id));
    await deeds();
    return (await this.pages()).flat().filter(({ id }) => !before.has(id));
  }
}

export function idOf(outcome: PaymentOutcome): string {
  if ('gatewayPaymentId' in outcome && outcome.gatewayPaymentId) return outcome.gatewayPaymentId;
  throw new Error(`${outcome.status} has no id`);
}
