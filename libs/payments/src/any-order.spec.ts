import fc from 'fast-check';
import { PaymentsApp, type Answer, type SoldBooking } from '../../../test/support/payments-app.js';
import { Payment } from './payment.entity.js';

const STEPS = [
  'pay',
  'decline',
  'challenge',
  'pass',
  'fail',
  'cancel',
  'refund',
  'lapse',
  'work',
  'recover',
] as const;
type Step = (typeof STEPS)[number];
const SEATS = 2;
/** What is left with us in the end; of a confirmed booking it depends on the refunds. */
const KEPT = { pending: 0, expired: 0, cancelled: 0 } as const;

/** Whatever travellers, vendors, banks and workers do, one after the other or at once. On a real PostgreSQL, with the mock gateway. */
describe('In any order and all at once', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterAll(() => house.close());

  const attempts = ({ id }: SoldBooking) => house.dataSource.manager.findBy(Payment, { bookingId: id });
  const answerChallenge = async (booking: SoldBooking, outcome: 'pass' | 'fail'): Promise<Answer | void> => {
    const url = (await attempts(booking)).find(({ nextAction }) => nextAction)?.nextAction?.url;
    if (url) return house.request(booking.traveller, 'POST', url.replace('/api/v1', ''), { outcome });
  };
  const refund = async (booking: SoldBooking): Promise<Answer | void> => {
    const paid = (await attempts(booking)).find(({ status }) => status === 'succeeded');
    const amount = { amount: 3_333, currency: 'USD' };
    if (paid)
      return house.request(booking.vendor, 'POST', `/payments/${paid.id}/refund`, { amount, reason: 'Rain' });
  };
  const DO: Readonly<Record<Step, (booking: SoldBooking) => Promise<Answer | void>>> = {
    pay: (booking) => house.pay(booking),
    decline: (booking) => house.pay(booking, 'pm_declined'),
    challenge: (booking) => house.pay(booking, 'pm_3ds'),
    pass: (booking) => answerChallenge(booking, 'pass'),
    fail: (booking) => answerChallenge(booking, 'fail'),
    cancel: ({ id, traveller }) => house.request(traveller, 'POST', `/bookings/${id}/cancel`, {}),
    refund,
    lapse: async () => {
      house.clock.advance(16 * 60_000);
      await house.expireHolds();
    },
    work: () => house.settle(),
    recover: () => house.recover(),
  };

  it('one charge is kept or all of it goes back, and the records agree', async () => {
    const rounds = fc.array(fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(rounds, async (rounds) => {
        const booking = await house.book({ capacity: SEATS });
        const statuses: number[] = [];
        for (const round of rounds) {
          const answers = await Promise.all(round.map((step) => DO[step](booking)));
          statuses.push(...answers.flatMap((answer) => answer?.status ?? []));
        }
        await house.settle();
        await house.recover();
        await house.settle();
        await house.requireSound();

        const { status, paid, refunded } = await house.booking(booking);
        const kept = (await attempts(booking)).reduce(
          (sum, { captured, refunded }) => sum + captured - refunded,
          0,
        );
        expect(kept).toBe(paid.amount - refunded.amount);
        expect([0, 10_000]).toContain(paid.amount);
        expect(kept).toBe(KEPT[status as keyof typeof KEPT] ?? kept);
        expect(statuses.filter((answered) => answered >= 500)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 300_000);
});
