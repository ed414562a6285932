import { Bookings } from '@app/bookings';
import { PaymentGateway } from '@app/payments';
import { BankDispute } from './support/bank.js';
import { CancelBookingsJob } from '../libs/bookings/src/departure-cancelled.handler.js';
import { PaymentsApp, type SoldBooking } from './support/payments-app.js';
import { expectOk } from './support/shop.js';

/** More than two transactions of the job cancel, of each kind as many. */
const MANY = 60;
const usd = (amount: number) => ({ amount, currency: 'USD' });

type Story = (booking: SoldBooking) => Promise<void>;

/** The whole house, with the mock gateway; its answers to refunds get lost now and then. */
describe('A departure that is called off', () => {
  let house: PaymentsApp;
  let bookings: SoldBooking[];
  let departure: SoldBooking;
  /** What is to happen once the departure is called off, and before anybody has heard of it. */
  const meanwhile: (() => Promise<unknown>)[] = [];
  /** And once all are cancelled. */
  const afterwards: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    house = await PaymentsApp.start();
    departure = await house.book({ capacity: MANY + 1 });
    bookings = [departure, ...(await bookAll(MANY - 1))];
    const kinds = Object.values(stories);
    for (let first = 0; first < MANY; first += kinds.length) {
      const next = bookings.slice(first, first + kinds.length);
      await Promise.all(next.map((booking, index) => kinds[index]!(booking)));
    }
    await house.settle();
  }, 300_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await house.close();
  });

  const pay = async (booking: SoldBooking, method = 'pm_ok') => expectOk(await house.pay(booking, method));
  const refund = async ({ vendor }: SoldBooking, paymentId: string, amount?: number) =>
    expectOk(
      await house.request(vendor, 'POST', `/payments/${paymentId}/refund`, {
        reason: 'The lunch was cold',
        ...(amount !== undefined && { amount: usd(amount) }),
      }),
    );
  const challenge = async (booking: SoldBooking) => {
    const { nextAction } = await pay(booking, 'pm_3ds');
    const url = nextAction.url.replace('/api/v1', '');
    return () => house.request(booking.traveller, 'POST', url, { outcome: 'pass' });
  };

  const stories: Record<string, Story> = {
    held: async () => {},
    declined: async (booking) => void (await house.pay(booking, 'pm_declined')),
    paid: async (booking) => void (await pay(booking)),
    'refunded in part': async (booking) => void (await refund(booking, (await pay(booking)).id, 3_333)),
    'refunded in full': async (booking) => void (await refund(booking, (await pay(booking)).id)),
    'challenged by the bank': async (booking) => void (await challenge(booking)),
    'paid meanwhile': async (booking) => void meanwhile.push(await challenge(booking)),
    'too late to pay': async (booking) => {
      const pass = await challenge(booking);
      afterwards.push(async () => expect((await pass()).status).toBe(409));
    },
    'disputed, and won in the end': async (booking) => {
      const dispute = new BankDispute(house.app, (await pay(booking)).id, 4_000);
      await dispute.becomes('open');
      afterwards.push(() => dispute.becomes('won'));
    },
    'disputed meanwhile, and won': async (booking) => {
      const dispute = new BankDispute(house.app, (await pay(booking)).id);
      meanwhile.push(() => dispute.becomes('open'));
      afterwards.push(() => dispute.becomes('won'));
    },
    'disputed and lost': async (booking) => {
      const dispute = new BankDispute(house.app, (await pay(booking)).id, 2_500);
      await dispute.becomes('lost');
    },
    'cancelled before': async (booking) => {
      await pay(booking);
      expectOk(await house.request(booking.traveller, 'POST', `/bookings/${booking.id}/cancel`, {}));
    },
  };

  it('gives everyone everything back, once, however often it is interrupted and run', async () => {
    const before = (await statuses())['cancelled'] ?? 0;
    const goOn = interruptCancellations();
    loseAnswersToRefunds();
    const callOff = () =>
      house.request(departure.vendor, 'POST', `/departures/${departure.departureId}/cancel`, {
        reason: 'storm',
      });
    const { status } = expectOk(await callOff());
    expect(status).toBe('cancelled');
    for (const each of meanwhile) await each();

    await house.settle();
    expect((await statuses())['cancelled']).toBe(before + 50);
    goOn();
    await resume();
    expect(await statuses()).toEqual({ cancelled: MANY });

    for (const each of afterwards) await each();
    expect(expectOk(await callOff()).status).toBe('cancelled');
    const job = {
      departureId: departure.departureId,
      reason: 'storm',
      cancelledAt: house.clock.now().toISOString(),
    };
    await Promise.all([1, 2].map(() => house.app.get(CancelBookingsJob).run(job)));
    for (let round = 0; round < 3; round += 1) {
      await resume();
      await house.recover();
    }

    expect(await charged()).toBe((MANY / 12) * 8);
    expect(await kept()).toEqual([]);
    expect(await toldTwice()).toEqual([]);
    const balances = await accounts();
    expect(balances).toMatchObject({ 'platform:gateway_fees': expect.any(Number) });
    expect(Object.keys(balances).sort()).toEqual([
      'gateway:balance',
      'platform:dispute_fees',
      'platform:gateway_fees',
    ]);
    await house.requireSound();
  }, 300_000);

  /** Pulls the plug after the first transaction's cancellations. @returns what puts it back. */
  function interruptCancellations(): () => void {
    let cancelled = 0;
    let isPulled = true;
    const cancelLocked = Bookings.prototype.cancelLocked;
    jest.spyOn(Bookings.prototype, 'cancelLocked').mockImplementation(async function (
      this: Bookings,
      ...args
    ) {
      if (isPulled && (cancelled += 1) > 50) throw new Error('pulled the plug');
      return cancelLocked.apply(this, args);
    });
    return () => {
      isPulled = false;
    };
  }

  /** Every fifth refund is carried out, and nobody hears of it. */
  function loseAnswersToRefunds(): void {
    const gateway = house.app.get(PaymentGateway);
    const refundPayment = gateway.refundPayment.bind(gateway);
    let asked = 0;
    jest.spyOn(gateway, 'refundPayment').mockImplementation(async (input) => {
      const outcome = await refundPayment(input);
      return (asked += 1) % 5 === 0 ? { status: 'unknown' } : outcome;
    });
  }

  /** Whatever failed is due again. */
  async function resume(): Promise<void> {
    await house.dataSource.query('UPDATE graphile_worker._private_jobs SET run_at = now()');
    await house.settle();
  }

  async function bookAll(count: number): Promise<SoldBooking[]> {
    const [{ id: unitId }] = await house.dataSource.query<[{ id: string }]>('SELECT id FROM trip_units');
    return Promise.all(
      Array.from({ length: count }, async () => {
        const traveller = await house.createUser();
        const items = [{ unitId, quantity: 1 }];
        const { id } = expectOk(
          await house.request(traveller, 'POST', '/bookings', { departureId: departure.departureId, items }),
        );
        return { ...departure, id, traveller };
      }),
    );
  }

  async function statuses(): Promise<Record<string, number>> {
    const rows = await house.dataSource.query<{ status: string; count: number }[]>(
      'SELECT status, count(*)::int AS count FROM bookings GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** How many bookings were paid, by the gateway's records. */
  async function charged(): Promise<number> {
    const [{ count }] = await house.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int FROM mock_gateway_payments WHERE status = 'succeeded'`,
    );
    return count;
  }

  /** Bookings of which something is kept, by our records or the gateway's; what a bank took for good has gone back by itself. */
  async function kept(): Promise<unknown[]> {
    return house.dataSource.query(
      `SELECT booking.id, booking.paid, booking.refunded, booking.disputed, charged.kept
       FROM bookings booking JOIN (
         SELECT (metadata->>'bookingId')::uuid AS booking_id, sum(amount - refunded) AS kept
         FROM mock_gateway_payments WHERE status = 'succeeded' GROUP BY 1
       ) AS charged ON charged.booking_id = booking.id
       WHERE booking.paid <> booking.refunded + booking.disputed OR charged.kept <> booking.disputed
         OR booking.disputed NOT IN (0, 2500)`,
    );
  }

  /** Bookings whose cancellation was told more than once. */
  async function toldTwice(): Promise<unknown[]> {
    return house.dataSource.query(
      `SELECT aggregate_id FROM outbox WHERE name = 'booking.cancelled' GROUP BY 1 HAVING count(*) <> 1`,
    );
  }

  async function accounts(): Promise<Record<string, number>> {
    const admin = await house.createUser('admin');
    const { data } = expectOk(await house.request(admin, 'GET', '/admin/ledger/trial-balance'));
    const standing = (data[0].accounts as { account: string; balance: number }[]).filter(
      ({ balance }) => balance !== 0,
    );
    return Object.fromEntries(standing.map(({ account, balance }) => [account, balance]));
  }
});
