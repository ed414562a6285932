import { ManualClock } from '@app/kernel';
import StripeNode from 'stripe';
import { StripeFake } from '../../../../../test/support/stripe-fake/stripe-fake.js';
import type { GatewayHarness } from '../contract/gateway-harness.contract.js';
import type { GatewaySubject } from '../gateway-results.js';
import { StripeGateway } from './stripe-gateway.js';

export const NOW = Date.parse('2027-01-01T00:00:00Z');
export const SECRET = 'whsec_test';

export interface StripeHarness extends GatewayHarness {
  readonly gateway: StripeGateway;
  /** Stripe, as it looks from outside. */
  readonly fake: StripeFake;
}

/** The adapter, over HTTP, before a Stripe of its own in which it is always the same moment. */
export async function startStripe(): Promise<StripeHarness> {
  const fake = await StripeFake.start({ now: () => NOW });
  return {
    fake,
    gateway: gatewayAt(fake.url),
    cards: {
      good: 'pm_ok',
      declined: 'pm_declined',
      insufficientFunds: 'pm_insufficient_funds',
      challenged: 'pm_3ds',
      timesOut: 'pm_timeout_then_ok',
      limited: 'pm_rate_limited',
      refundFails: 'pm_refund_fails',
      refundFailsLater: 'pm_refund_fails_later',
      refundPends: 'pm_refund_pending',
      disputed: 'pm_dispute',
    },
    returnsDisputeFee: false,
    authenticate: async (id, _userId, outcome) => fake.intents.authenticate(id, outcome),
    timePasses: async () => letRefundsThrough(fake),
    disputeOver: async (id) => fake.disputes.list({ payment_intent: id })[0]!.id,
    closeDispute: async (id, verdict) => fake.disputes.close(id, verdict),
    onboard: async (id) => fake.accounts.enable(id),
    webhook: {
      body: (id, subject) => JSON.stringify({ id, object: 'event', ...newsOf(subject) }),
      headers: (payload, secondsAgo = 0) => {
        const timestamp = NOW / 1000 - secondsAgo;
        const signature = StripeNode.webhooks.generateTestHeaderString({
          payload,
          secret: SECRET,
          timestamp,
        });
        return { 'stripe-signature': signature };
      },
    },
    close: async () => {
      await fake.close();
      expect(fake.violations).toEqual([]);
    },
  };
}

export function gatewayAt(apiBase: string, apiKey = 'sk_test_1'): StripeGateway {
  const stripe = { apiKey, webhookSecrets: [SECRET], apiBase };
  const http = { port: 3000, publicUrl: 'https://travellr.example' };
  return new StripeGateway({ stripe, http }, new ManualClock(new Date(NOW)));
}

function letRefundsThrough({ world, refunds }: StripeFake): void {
  for (const { id, status, charge } of world.objects.all('refund')) {
    const card: string = world.objects.get('charge', charge)['payment_method'];
    if (status === 'pending') refunds.settle(id);
    else if (status === 'succeeded' && card === 'pm_refund_fails_later') refunds.fail(id);
  }
}

function newsOf(subject?: GatewaySubject) {
  switch (subject?.kind) {
    case 'payment':
      return news('payment_intent.succeeded', 'payment_intent', subject.gatewayPaymentId);
    case 'refund':
      return news('refund.updated', 'refund', subject.gatewayRefundId, {
        payment_intent: subject.gatewayPaymentId,
      });
    case 'dispute':
      return news('charge.dispute.created', 'dispute', subject.gatewayDisputeId, { payment_intent: 'pi_1' });
    case 'account':
      return news('account.updated', 'account', subject.accountId);
    case 'transfer':
      return news('transfer.reversed', 'transfer', subject.gatewayTransferId);
    case undefined:
      return news('moon.risen', 'moon', 'moon_1');
  }
}

function news(type: string, object: string, id: string, fields: object = {}) {
  return { type, data: { object: { id, object, ...fields } } };
}
