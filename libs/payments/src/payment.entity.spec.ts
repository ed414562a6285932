import { money, newId } from '@app/kernel';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { PAYMENT_STATUSES, PAYMENT_TRANSITIONS, type PaymentStatus } from './payment-status.js';
import { Payment } from './payment.entity.js';

const begun = new Date('2027-01-01T00:00:00Z');
const later = new Date('2027-01-01T00:01:00Z');
const gatewayPaymentId = 'pi_1';
const failure = { code: 'card_declined', declineCode: 'generic_decline', message: 'No.', retryable: false };
const OUTCOMES: readonly PaymentOutcome[] = [
  {
    status: 'requires_action',
    gatewayPaymentId,
    nextAction: { type: 'authenticate', url: '/' },
    clientSecret: 's',
  },
  { status: 'processing', gatewayPaymentId },
  { status: 'succeeded', gatewayPaymentId, captured: money(10_000, 'USD'), fee: money(320, 'USD') },
  { status: 'failed', gatewayPaymentId, failure },
  { status: 'canceled', gatewayPaymentId },
  { status: 'unknown' },
];
const outcomeOf = (status: PaymentStatus) => OUTCOMES.find((outcome) => outcome.status === status)!;

function payment(status: PaymentStatus = 'pending'): Payment {
  const booking = { id: newId(), userId: newId(), vendorId: newId(), total: 10_000, currency: 'USD' };
  const attempt = { number: 1, gateway: 'mock', paymentMethod: 'pm_ok' };
  return Object.assign(Payment.begin(booking, attempt, begun), { status });
}

describe('a payment', () => {
  it.each(PAYMENT_STATUSES.flatMap((from) => OUTCOMES.map((outcome) => [from, outcome] as const)))(
    'that is %s records %o only where the state machine has a way there',
    (from, outcome) => {
      const subject = payment(from);
      const moves = PAYMENT_TRANSITIONS[from].includes(outcome.status as PaymentStatus);
      const changed = subject.record(outcome, later);
      expect(subject.status).toBe(moves ? outcome.status : from);
      expect(subject.captured).toBe(moves && outcome.status === 'succeeded' ? 10_000 : 0);
      expect(subject.updatedAt).toEqual(changed ? later : begun);
      expect(changed || !moves).toBe(true);
    },
  );

  it('records nothing twice', () => {
    for (const outcome of OUTCOMES) {
      const subject = payment();
      expect(subject.record(outcome, begun)).toBe(true);
      expect(subject.record(outcome, later)).toBe(false);
    }
  });

  it('learns nothing from an intent that is merely there', () => {
    expect(payment().record({ status: 'created', gatewayPaymentId }, later)).toBe(false);
    expect(payment().record({ status: 'unknown-method' }, later)).toBe(false);
  });

  it('keeps why it failed, and forgets it when the money comes after all', () => {
    const subject = payment();
    subject.record(outcomeOf('failed'), later);
    expect(subject.failure).toEqual(failure);
    subject.record(outcomeOf('succeeded'), later);
    expect([subject.status, subject.failure]).toEqual(['succeeded', undefined]);
  });

  it('that was turned away has failed, and can be told from one that was declined', () => {
    const turnedAway = payment();
    turnedAway.record({ status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 }, later);
    expect([turnedAway.status, turnedAway.wasTurnedAway]).toEqual(['failed', true]);
    expect(turnedAway.failure).toMatchObject({ code: 'gateway_unavailable', retryable: true });

    const declined = payment();
    declined.record(outcomeOf('failed'), later);
    expect(declined.wasTurnedAway).toBe(false);
  });

  it('shows what to do next only while something is to be done', () => {
    const subject = payment();
    subject.record(outcomeOf('requires_action'), begun);
    expect([subject.nextAction?.type, subject.clientSecret]).toEqual(['authenticate', 's']);
    subject.record(outcomeOf('succeeded'), later);
    expect([subject.nextAction, subject.clientSecret]).toEqual([null, null]);
  });

  it('may still bring money after a decline, until its intent is closed', () => {
    const subject = Object.assign(payment(), { gatewayPaymentId });
    subject.record(outcomeOf('failed'), begun);
    expect(subject.hasOpenIntent).toBe(true);
    expect(subject.record(outcomeOf('canceled'), later)).toBe(true);
    expect([subject.status, subject.hasOpenIntent]).toEqual(['failed', false]);
  });

  it('that failed before it had an intent can bring nothing', () => {
    const subject = payment();
    subject.record({ status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 }, later);
    expect(subject.hasOpenIntent).toBe(false);
  });
});
