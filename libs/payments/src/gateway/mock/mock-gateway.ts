import { setTimeout } from 'node:timers/promises';
import { isCurrency } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type {
  BalanceTransactionsOutcome,
  DisputeOutcome,
  GatewayDown,
  GatewayEvent,
  NeverAsked,
  PaymentOutcome,
  RefundOutcome,
  TransferOutcome,
  VendorAccountOutcome,
} from '../gateway-results.js';
import {
  PaymentGateway,
  WebhookUnverified,
  type CreateVendorAccount,
  type FindRefund,
  type GatewayCapabilities,
  type GatewayWrite,
  type ListBalanceTransactions,
  type OnCreated,
  type ProcessPayment,
  type RefundPayment,
  type ReverseTransfer,
  type Transfer,
  type WebhookRequest,
} from '../payment-gateway.js';
import { MockAccount } from './mock-account.entity.js';
import { MockBalance } from './mock-balance.js';
import { MockDispute } from './mock-dispute.entity.js';
import { MockIntents } from './mock-intents.js';
import { behaviourOf, isPaymentMethod } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockRefund } from './mock-refund.entity.js';
import { MockRefunds } from './mock-refunds.js';
import { MockTransfer } from './mock-transfer.entity.js';
import { MockTransfers } from './mock-transfers.js';
import { readMockEvent, subjectOf } from './news/mock-events.js';
import { MockSignature } from './news/mock-signature.js';

/** After this long the mock's silent calls count as timed out, if the caller has not given up before. */
const SILENCE_MS = 2_000;
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').filter(isCurrency));
const RATE_LIMITED: GatewayDown = { status: 'unavailable', rateLimited: true, retryAfterSeconds: 1 };

/**
 * A payment gateway that moves no money and is honest in everything else: it keeps its state in tables of its own and changes it
 * in transactions of its own, as the remote system that it stands for would, and tells of it by webhooks. mock-payment-methods.ts
 * has its tokens, mock-world.ts its knobs.
 */
@Injectable()
export class MockGateway extends PaymentGateway {
  readonly name = 'mock';

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly intents: MockIntents,
    private readonly refunds: MockRefunds,
    private readonly transfers: MockTransfers,
    private readonly balance: MockBalance,
    private readonly signature: MockSignature,
  ) {
    super();
  }

  capabilities(): GatewayCapabilities {
    return { currencies: CURRENCIES };
  }

  async processPayment(input: ProcessPayment, onCreated: OnCreated): Promise<PaymentOutcome> {
    if (!isPaymentMethod(input.paymentMethod)) return { status: 'unknown-method' };
    const { limited, timesOut } = behaviourOf(input.paymentMethod);
    const created = await this.intents.create(input);
    const { gatewayPaymentId } = created;
    if ((await onCreated(gatewayPaymentId)) === 'leave') return { status: 'created', gatewayPaymentId };
    if (limited) return RATE_LIMITED;
    const outcome = await this.intents.confirm(created, input);
    if (!timesOut) return outcome;
    await setTimeout(Math.min(input.timeoutMs, SILENCE_MS));
    return { status: 'unknown' };
  }

  async getPaymentStatus(gatewayPaymentId: string): Promise<PaymentOutcome> {
    return (await this.read(MockPayment, gatewayPaymentId)).outcome;
  }

  cancelPayment(gatewayPaymentId: string, call: GatewayWrite): Promise<PaymentOutcome> {
    return this.intents.cancel(gatewayPaymentId, call);
  }

  refundPayment(input: RefundPayment): Promise<RefundOutcome> {
    return this.refunds.refund(input);
  }

  async getRefund(gatewayRefundId: string): Promise<RefundOutcome> {
    return (await this.read(MockRefund, gatewayRefundId)).outcome;
  }

  async findRefund({ gatewayPaymentId, refundId }: FindRefund): Promise<RefundOutcome | NeverAsked> {
    const where = { paymentId: gatewayPaymentId, refundId };
    const refund = await this.dataSource.manager.findOne(MockRefund, { where, order: { id: 'DESC' } });
    return refund?.outcome ?? { status: 'none' };
  }

  async getDispute(gatewayDisputeId: string): Promise<DisputeOutcome> {
    return (await this.read(MockDispute, gatewayDisputeId)).outcome;
  }

  createVendorAccount(input: CreateVendorAccount): Promise<VendorAccountOutcome> {
    return this.transfers.openAccount(input);
  }

  async getVendorAccount(accountId: string): Promise<VendorAccountOutcome> {
    const { id, payoutsEnabled } = await this.read(MockAccount, accountId);
    return { status: 'open', account: { id, payoutsEnabled } };
  }

  transfer(input: Transfer): Promise<TransferOutcome> {
    return this.transfers.transfer(input);
  }

  async getTransfer(gatewayTransferId: string): Promise<TransferOutcome> {
    return (await this.read(MockTransfer, gatewayTransferId)).outcome;
  }

  async findTransfer(group: string): Promise<TransferOutcome | NeverAsked> {
    const transfer = await this.dataSource.manager.findOneBy(MockTransfer, { group });
    return transfer?.outcome ?? { status: 'none' };
  }

  reverseTransfer(input: ReverseTransfer): Promise<TransferOutcome> {
    return this.transfers.reverse(input);
  }

  listBalanceTransactions(input: ListBalanceTransactions): Promise<BalanceTransactionsOutcome> {
    return this.balance.list(input);
  }

  parseWebhook(request: WebhookRequest): GatewayEvent {
    this.signature.verify(request);
    const event = readMockEvent(request.body);
    if (!event) throw new WebhookUnverified('the body is no event of the mock’s');
    const subject = subjectOf(event);
    return { id: event.id, type: event.type, ...(subject && { subject }) };
  }

  /** @throws EntityNotFoundError for what the mock has never heard of. */
  private read<T extends { id: string }>(entity: new () => T, id: string): Promise<T> {
    return this.dataSource.manager.findOneByOrFail<{ id: string }>(entity, { id }) as Promise<T>;
  }
}
