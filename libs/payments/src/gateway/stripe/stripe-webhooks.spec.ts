import { ManualClock } from '@app/kernel';
import StripeNode from 'stripe';
import { WebhookUnverified } from '../payment-gateway.js';
import { StripeWebhooks } from './stripe-webhooks.js';

const NOW = '2027-01-01T00:00:00Z';
const NEW = 'whsec_new';
const OLD = 'whsec_old';
const clock = new ManualClock(NOW);
const webhooks = new StripeWebhooks([NEW, OLD], clock);

const event = (type: string, object: object, more: object = {}) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object }, ...more });
const PAID = event('payment_intent.succeeded', { id: 'pi_1', object: 'payment_intent' });

function signed(body: string, { secret = NEW, ageSeconds = 0 } = {}) {
  const timestamp = Math.floor(Date.parse(NOW) / 1000) - ageSeconds;
  return StripeNode.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
}
const parse = (body: string, signature: string | string[] | undefined = signed(body)) =>
  webhooks.parse({ body: Buffer.from(body), headers: { 'stripe-signature': signature } });
const why = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(WebhookUnverified);
    return (error as Error).message;
  }
  throw new Error('it was believed');
};

describe('news from Stripe', () => {
  it('are believed when signed', () => {
    expect(parse(PAID)).toEqual({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      subject: { kind: 'payment', gatewayPaymentId: 'pi_1' },
    });
  });

  it('are believed with either secret while one replaces the other', () => {
    expect(parse(PAID, signed(PAID, { secret: OLD })).id).toBe('evt_1');
    expect(why(() => parse(PAID, signed(PAID, { secret: 'whsec_other' })))).toBe(
      'the signature does not fit',
    );
  });

  it('are believed for five minutes', () => {
    expect(parse(PAID, signed(PAID, { ageSeconds: 300 })).id).toBe('evt_1');
    for (const secret of [NEW, OLD])
      expect(why(() => parse(PAID, signed(PAID, { secret, ageSeconds: 301 })))).toBe(
        'it was signed too long ago',
      );
  });

  it('are not believed when a byte is another', () => {
    expect(why(() => parse(PAID.replace('pi_1', 'pi_2'), signed(PAID)))).toBe('the signature does not fit');
    expect(why(() => parse(`${PAID} `, signed(PAID)))).toBe('the signature does not fit');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['twice', ['t=1,v1=a', 't=1,v1=b']],
  ])('are not believed when the header is %s', (_, header) => {
    const headers = { 'stripe-signature': header };
    expect(why(() => webhooks.parse({ body: Buffer.from(PAID), headers }))).toBe(
      'there is no stripe-signature header',
    );
  });

  it.each(['nonsense', 't=1', 'v1=abc', 't=x,v1=abc', 't=1767225600,v0=abc'])(
    'are not believed with the header %s',
    (header) => {
      expect(why(() => parse(PAID, header))).toBe('the signature does not fit');
    },
  );

  it.each([
    '{"id":',
    '',
    '[]',
    'null',
    '"evt_1"',
    '{}',
    '{"id":"evt_1","type":"x"}',
    '{"object":"v2.core.event"}',
  ])('are not read when they are %s, signed or not', (body) => {
    expect(why(() => parse(body))).toMatch(/not an event|does not fit/);
  });

  it('are not believed without a secret to go by', () => {
    const none = new StripeWebhooks([], clock);
    const headers = { 'stripe-signature': signed(PAID, { secret: '' }) };
    expect(why(() => none.parse({ body: Buffer.from(PAID), headers }))).toBe('no signing secret is set up');
  });

  const payment = { kind: 'payment', gatewayPaymentId: 'pi_1' };
  const refund = { id: 're_1', object: 'refund', payment_intent: 'pi_1' };
  const aboutRefund = { kind: 'refund', gatewayRefundId: 're_1', gatewayPaymentId: 'pi_1' };
  const dispute = { id: 'du_1', object: 'dispute', payment_intent: 'pi_1' };
  const aboutDispute = { kind: 'dispute', gatewayDisputeId: 'du_1' };
  it.each([
    ['payment_intent.payment_failed', { id: 'pi_1', object: 'payment_intent' }, payment],
    ['payment_intent.canceled', { id: 'pi_1', object: 'payment_intent' }, payment],
    ['charge.succeeded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, payment],
    ['charge.updated', { id: 'ch_1', object: 'charge', payment_intent: { id: 'pi_1' } }, payment],
    ['refund.created', refund, aboutRefund],
    ['refund.updated', refund, aboutRefund],
    ['refund.failed', refund, aboutRefund],
    ['charge.dispute.created', dispute, aboutDispute],
    ['charge.dispute.funds_withdrawn', dispute, aboutDispute],
    ['charge.dispute.closed', dispute, aboutDispute],
    ['account.updated', { id: 'acct_1', object: 'account' }, { kind: 'account', accountId: 'acct_1' }],
    [
      'transfer.reversed',
      { id: 'tr_1', object: 'transfer' },
      { kind: 'transfer', gatewayTransferId: 'tr_1' },
    ],
  ])('of the type %s are about what they carry', (type, object, subject) => {
    expect(parse(event(type, object))).toEqual({ id: 'evt_1', type, subject });
  });

  it.each([
    ['a customer', event('customer.created', { id: 'cus_1', object: 'customer' })],
    ['an unknown kind of thing', event('moon.risen', { id: 'moon_1' })],
    [
      'a charge without an intent',
      event('charge.succeeded', { id: 'ch_1', object: 'charge', payment_intent: null }),
    ],
    ['a refund of such a charge', event('refund.created', { ...refund, payment_intent: null })],
    ['a dispute of such a charge', event('charge.dispute.created', { ...dispute, payment_intent: null })],
  ])('of %s concern nothing of ours', (_, body) => {
    expect(parse(body)).not.toHaveProperty('subject');
  });

  it('of a connected account concern us only when the account itself has changed', () => {
    const theirs = { account: 'acct_1' };
    const paid = event('payment_intent.succeeded', { id: 'pi_9', object: 'payment_intent' }, theirs);
    const updated = event('account.updated', { id: 'acct_1', object: 'account' }, theirs);
    expect(parse(paid)).not.toHaveProperty('subject');
    expect(parse(updated)).toMatchObject({ subject: { kind: 'account', accountId: 'acct_1' } });
  });
});
