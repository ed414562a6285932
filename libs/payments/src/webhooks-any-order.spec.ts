import { newId } from '@app/kernel';
import fc from 'fast-check';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { MockSignature } from './gateway/mock/news/mock-signature.js';
import { MockPayment } from './gateway/mock/mock-payment.entity.js';
import { MockRefund } from './gateway/mock/mock-refund.entity.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Payment } from './payment.entity.js';
import { Refund } from './refunds/refund.entity.js';

/** Between two steps: which of the gateway's objects it tells of, and whether anyone works on that. An object never told of is news dropped. */
interface Gap {
  readonly told: readonly number[];
  readonly worked: boolean;
}
type Step = (booking: SoldBooking) => Promise<unknown>;

const MINUTE_MS = 60_000;
const gaps = fc.array(fc.record({ told: fc.array(fc.nat(5), { maxLength: 4 }), worked: fc.boolean() }), {
  minLength: 5,
  maxLength: 5,
});

/** The gateway's news, signed and over HTTP: in any order, twice, late or never. On a real PostgreSQL, with the mock gateway. */
describe('However the gateway tells of it', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    await turn({ drop: true });
  });
  afterAll(() => house.close());

  const turn = async (webhooks: object) =>
    house.request(await house.createUser('admin'), 'PUT', '/mock-gateway/knobs', { webhooks });
  const attempts = ({ id }: SoldBooking) =>
    house.dataSource.manager.find(Payment, { where: { bookingId: id }, order: { attempt: 'ASC' } });
  const refunds = ({ id }: SoldBooking) =>
    house.dataSource.manager.find(Refund, { where: { bookingId: id }, order: { sequence: 'ASC' } });

  const pay =
    (paymentMethod: string): Step =>
    (booking) =>
      house.pay(booking, paymentMethod);
  const answerChallenge =
    (outcome: 'pass' | 'fail'): Step =>
    async (booking) => {
      const url = (await attempts(booking)).find(({ nextAction }) => nextAction)?.nextAction?.url;
      if (url) await house.request(booking.traveller, 'POST', url.replace('/api/v1', ''), { outcome });
    };
  const refund: Step = async (booking) => {
    const paid = (await attempts(booking)).find(({ status }) => status === 'succeeded');
    const body = { amount: { amount: 3_333, currency: 'USD' }, reason: 'Rain' };
    if (paid) await house.request(booking.vendor, 'POST', `/payments/${paid.id}/refund`, body);
  };
  const cancel: Step = ({ id, traveller }) => house.request(traveller, 'POST', `/bookings/${id}/cancel`, {});
  const lapse: Step = () => {
    house.clock.advance(16 * MINUTE_MS);
    return house.expireHolds();
  };

  /** What the gateway could tell of. */
  const subjects = async (booking: SoldBooking) => {
    const manager = house.dataSource.manager;
    const ids = (await attempts(booking)).flatMap(({ gatewayPaymentId }) => gatewayPaymentId ?? []);
    const theirs = await Promise.all(ids.map((paymentId) => manager.findBy(MockRefund, { paymentId })));
    return [
      ...ids.map((gatewayPaymentId) => ({ type: 'payment.succeeded', data: { gatewayPaymentId } })),
      ...theirs.flat().map(({ id: gatewayRefundId, paymentId: gatewayPaymentId }) => ({
        type: 'refund.updated',
        data: { gatewayRefundId, gatewayPaymentId },
      })),
    ];
  };
  const tell = async (subject: object) => {
    const body = JSON.stringify({ id: newId(), created: 0, ...subject });
    const signature = house.app.get(MockSignature, { strict: false }).sign(body);
    const headers = { 'content-type': 'application/json', 'mock-signature': signature };
    const answer = await house.app.inject({
      method: 'POST',
      url: '/api/v1/webhooks/mock',
      payload: body,
      headers,
    });
    expect(answer.statusCode).toBe(200);
  };
  const work = async () => {
    await house.settle();
    await house.settleLate();
  };
  const finish = async () => {
    await work();
    house.clock.advance(MINUTE_MS);
    await house.recover();
    await work();
  };

  const state = async (booking: SoldBooking) => {
    const { status, paid, refunded } = await house.booking(booking);
    return {
      booking: [status, paid.amount, refunded.amount],
      attempts: (await attempts(booking)).map((one) => [
        one.status,
        one.captured,
        one.refunded,
        one.intentClosed,
      ]),
      refunds: (await refunds(booking)).map((one) => [one.status, one.amount, one.commission]),
      books: await house.books(booking),
    };
  };
  /** Where a story ends. @param told in each gap; all of it at the end, unless it is dropped for good. */
  const play = async (story: readonly Step[], told: readonly Gap[], isDropped: boolean) => {
    const booking = await house.book();
    for (const [at, step] of story.entries()) {
      await step(booking);
      const known = await subjects(booking);
      for (const index of told[at]?.told ?? []) if (known[index]) await tell(known[index]);
      if (told[at]?.worked) await house.settle();
    }
    await house.settle();
    if (!isDropped) for (const subject of await subjects(booking)) await tell(subject);
    await finish();
    await house.requireSound();
    return state(booking);
  };

  const STORIES: Readonly<Record<string, { steps: readonly Step[]; mayDrop: boolean }>> = {
    'a decline, then a payment': { steps: [pay('pm_declined'), pay('pm_ok')], mayDrop: true },
    'a challenge that is failed': { steps: [pay('pm_3ds'), answerChallenge('fail')], mayDrop: true },
    'a challenge passed as the hold lapses': {
      steps: [pay('pm_3ds'), answerChallenge('pass'), lapse],
      mayDrop: true,
    },
    'a challenge passed as the booking is cancelled': {
      steps: [pay('pm_3ds'), answerChallenge('pass'), cancel],
      mayDrop: true,
    },
    'refunds that wait for the bank': { steps: [pay('pm_refund_pending'), refund, cancel], mayDrop: true },
    // Nobody would think of reading a refund again that has been through: reconciliation finds what nobody told of.
    'refunds that come back': { steps: [pay('pm_refund_fails_later'), refund, cancel], mayDrop: false },
  };

  it.each(Object.keys(STORIES))(
    '%s ends in the same way',
    async (name) => {
      const { steps, mayDrop } = STORIES[name] ?? { steps: [], mayDrop: false };
      const atOnce = steps.map(() => ({ told: [0, 1, 2, 3], worked: true }));
      const expected = await play(steps, atOnce, false);
      await fc.assert(
        fc.asyncProperty(gaps, fc.boolean(), async (told, isDropped) => {
          expect(await play(steps, told, mayDrop && isDropped)).toEqual(expected);
        }),
        { numRuns: 3 },
      );
    },
    60_000,
  );

  describe('and whatever else goes on at the same time', () => {
    const STEPS: Readonly<Record<string, Step>> = {
      pay: pay('pm_ok'),
      'pay, refunds wait': pay('pm_refund_pending'),
      'pay, refunds fail': pay('pm_refund_fails'),
      decline: pay('pm_declined'),
      challenge: pay('pm_3ds'),
      pass: answerChallenge('pass'),
      fail: answerChallenge('fail'),
      refund,
      cancel,
      lapse,
      work: () => house.settle(),
      'late news come': work,
      recover: () => house.recover(),
      'news are doubled': () => turn({ duplicate: true }),
      'news overtake each other': () => turn({ reorder: true }),
      'news are late': () => turn({ delayMs: 60_000 }),
      'news are dropped': () => turn({ drop: true }),
      'answers are lost': () => Promise.resolve(loseAnswers(2)),
    };
    let lost = 0;
    const loseAnswers = (count: number) => (lost = count);

    beforeAll(() => {
      const gateway = house.app.get(PaymentGateway);
      const answered = <T extends object>(outcome: T) =>
        lost-- > 0 ? ({ status: 'unknown' } as const) : outcome;
      const processPayment = gateway.processPayment.bind(gateway);
      const refundPayment = gateway.refundPayment.bind(gateway);
      jest
        .spyOn(gateway, 'processPayment')
        .mockImplementation(async (...call) => answered(await processPayment(...call)));
      jest
        .spyOn(gateway, 'refundPayment')
        .mockImplementation(async (call) => answered(await refundPayment(call)));
    });
    afterAll(() => jest.restoreAllMocks());

    it('what we have is what the gateway has, and the books are sound', async () => {
      const rounds = fc.array(
        fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 1, maxLength: 4 }),
        {
          minLength: 2,
          maxLength: 6,
        },
      );
      await fc.assert(
        fc.asyncProperty(rounds, async (rounds) => {
          loseAnswers(0);
          await turn({});
          const booking = await house.book();
          for (const round of rounds) await Promise.all(round.map((name) => STEPS[name]?.(booking)));
          loseAnswers(0);
          await turn({});
          await finish();
          await house.requireSound();

          for (const payment of await attempts(booking)) {
            const { status, amount, refunded } = await house.dataSource.manager.findOneByOrFail(MockPayment, {
              id: payment.gatewayPaymentId ?? '',
            });
            const captured = status === 'succeeded' ? amount : 0;
            expect([payment.captured, payment.refunded]).toEqual([captured, refunded]);
            expect(['pending', 'processing', 'unknown']).not.toContain(payment.status);
          }
          for (const { gatewayRefundId, status } of await refunds(booking)) {
            const theirs = await house.dataSource.manager.findOneBy(MockRefund, {
              id: gatewayRefundId ?? '',
            });
            expect(status).toBe(theirs?.status ?? 'failed');
          }
        }),
        { numRuns: 6 },
      );
    }, 300_000);
  });
});
