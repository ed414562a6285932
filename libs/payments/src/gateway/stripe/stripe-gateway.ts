import { CONFIG, type Config } from '@app/config';
import { Clock } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { GatewayEvent } from '../gateway-results.js';
import {
  PaymentGateway,
  type CreateVendorAccount,
  type FindRefund,
  type GatewayCapabilities,
  type GatewayRead,
  type GatewayWrite,
  type ListBalanceTransactions,
  type OnCreated,
  type ProcessPayment,
  type RefundPayment,
  type ReverseTransfer,
  type Transfer,
  type WebhookRequest,
} from '../payment-gateway.js';
import { StripeAccounts } from './stripe-accounts.js';
import { STRIPE_CURRENCIES } from './stripe-amounts.js';
import { StripeBalance } from './stripe-balance.js';
import { stripeClient } from './stripe-client.js';
import { StripeDisputes } from './stripe-disputes.js';
import { StripePayments } from './stripe-payments.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeRequests } from './stripe-requests.js';
import { StripeTransfers } from './stripe-transfers.js';
import { StripeWebhooks } from './stripe-webhooks.js';

/** What of the configuration it needs. */
export type StripeGatewayConfig = Pick<Config, 'stripe'> & {
  readonly http: Pick<Config['http'], 'port' | 'publicUrl'>;
};

/**
 * Stripe, by separate charges and transfers: the platform is the merchant of record, charges on its own account and transfers to each
 * vendor's. https://docs.stripe.com/connect/separate-charges-and-transfers
 */
@Injectable()
export class StripeGateway extends PaymentGateway {
  readonly name = 'stripe';
  private readonly payments: StripePayments;
  private readonly refunds: StripeRefunds;
  private readonly disputes: StripeDisputes;
  private readonly accounts: StripeAccounts;
  private readonly transfers: StripeTransfers;
  private readonly balance: StripeBalance;
  private readonly webhooks: StripeWebhooks;

  constructor(@Inject(CONFIG) { stripe, http }: StripeGatewayConfig, clock: Clock) {
    super();
    if (!stripe) throw new Error('the gateway is Stripe, and its settings are not there');
    const client = stripeClient(stripe);
    const requests = new StripeRequests();
    const returnUrl = http.publicUrl ?? `http://localhost:${http.port}`;
    this.payments = new StripePayments(client, requests, returnUrl);
    this.refunds = new StripeRefunds(client, requests);
    this.disputes = new StripeDisputes(client, requests);
    this.accounts = new StripeAccounts(client, requests, returnUrl);
    this.transfers = new StripeTransfers(client, requests);
    this.balance = new StripeBalance(client, requests);
    this.webhooks = new StripeWebhooks(stripe.webhookSecrets, clock);
  }

  capabilities(): GatewayCapabilities {
    return { currencies: STRIPE_CURRENCIES };
  }

  processPayment(input: ProcessPayment, onCreated: OnCreated) {
    return this.payments.process(input, onCreated);
  }

  getPaymentStatus(gatewayPaymentId: string, call: GatewayRead) {
    return this.payments.read(gatewayPaymentId, call);
  }

  cancelPayment(gatewayPaymentId: string, call: GatewayWrite) {
    return this.payments.cancel(gatewayPaymentId, call);
  }

  refundPayment(input: RefundPayment) {
    return this.refunds.create(input);
  }

  getRefund(gatewayRefundId: string, call: GatewayRead) {
    return this.refunds.read(gatewayRefundId, call);
  }

  findRefund(input: FindRefund) {
    return this.refunds.find(input);
  }

  getDispute(gatewayDisputeId: string, call: GatewayRead) {
    return this.disputes.read(gatewayDisputeId, call);
  }

  createVendorAccount(input: CreateVendorAccount) {
    return this.accounts.create(input);
  }

  getVendorAccount(accountId: string, call: GatewayRead) {
    return this.accounts.read(accountId, call);
  }

  transfer(input: Transfer) {
    return this.transfers.create(input);
  }

  getTransfer(gatewayTransferId: string, call: GatewayRead) {
    return this.transfers.read(gatewayTransferId, call);
  }

  findTransfer(group: string, call: GatewayRead) {
    return this.transfers.find(group, call);
  }

  reverseTransfer(input: ReverseTransfer) {
    return this.transfers.reverse(input);
  }

  listBalanceTransactions(input: ListBalanceTransactions) {
    return this.balance.list(input);
  }

  parseWebhook(request: WebhookRequest): GatewayEvent {
    return this.webhooks.parse(request);
  }
}
