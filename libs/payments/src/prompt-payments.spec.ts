import { BookingPayments } from '@app/bookings';
import { newId } from '@app/kernel';
import { Client } from 'pg';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Intents } from './intents.service.js';

const HOLD_MS = 15 * 60_000;

/**
 * A payment where nothing comes in between costs few round trips, and one where something does comes to the same. On a real PostgreSQL,
 * with the mock gateway, which keeps its state there too.
 */
describe('A prompt payment', () => {
  let house: PaymentsApp;
  let earlier: SoldBooking;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    earlier = await house.book();
    await house.pay(earlier); // the vendor's accounts are open now
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.requireSound();
  });
  afterAll(() => house.close());

  const book = () => house.book({ of: earlier });
  /** What is sent to the database meanwhile; the bell that wakes workers rings when it pleases. */
  const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    const query = jest.spyOn(Client.prototype, 'query');
    await work();
    const statements = query.mock.calls.map(([first]) => {
      const sent: unknown = first;
      return typeof sent === 'string' ? sent : (sent as { text: string }).text;
    });
    query.mockRestore();
    return statements.filter((text) => !text.startsWith('NOTIFY'));
  };
  const pay = async (booking: SoldBooking) =>
    expect(await house.pay(booking, 'pm_ok', { 'idempotency-key': newId() })).toMatchObject({ status: 201 });
  const confirmed = { status: 'confirmed', paid: { amount: 10_000 } };
  const changeContact = async ({ id, traveller }: SoldBooking) => {
    const contact = { name: 'Grace', email: 'grace@example.com' };
    expect(await house.request(traveller, 'PATCH', `/bookings/${id}`, { contact })).toMatchObject({
      status: 200,
    });
  };
  const journalsOf = async ({ id }: SoldBooking) =>
    (
      await house.dataSource.query<{ kind: string }[]>(
        'SELECT kind FROM journals WHERE booking_id = $1 ORDER BY kind',
        [id],
      )
    ).map(({ kind }) => kind);

  it('takes six statements, the two of the mock gateway included', async () => {
    const booking = await book();
    const statements = await statementsOf(() => pay(booking));
    expect(statements).toHaveLength(6);
    expect(await house.booking(booking)).toMatchObject(confirmed);
    expect(await journalsOf(booking)).toEqual(['payment.gateway_fee', 'payment.succeeded']);
    expect(await house.eventsOf(booking)).toEqual([
      'booking.created',
      'payment.processed',
      'booking.confirmed',
    ]);
  });

  it('takes no more when it extends the hold', async () => {
    const booking = await book();
    house.clock.advance(HOLD_MS - 60_000);
    const statements = await statementsOf(() => pay(booking));
    expect(statements).toHaveLength(6);
    expect(await house.booking(booking)).toMatchObject(confirmed);
  });

  it('is not read again under locks when the gateway tells of it: two reads find nothing new', async () => {
    const booking = await book();
    const { gatewayPaymentId } = (await house.pay(booking)).body;
    const statements = await statementsOf(() => house.app.get(Intents).refresh(gatewayPaymentId as string));
    expect(statements).toHaveLength(2);
  });

  it('begins anew when the booking is written between its reading and the attempt', async () => {
    const booking = await book();
    const bookings = house.app.get(BookingPayments);
    const findPayable = bookings.findPayable.bind(bookings);
    jest.spyOn(bookings, 'findPayable').mockImplementationOnce(async (id, actor) => {
      const read = await findPayable(id, actor);
      await changeContact(booking);
      return read;
    });
    await pay(booking);
    expect(bookings.findPayable).toHaveBeenCalledTimes(2);
    expect(await house.booking(booking)).toMatchObject({ ...confirmed, contact: { name: 'Grace' } });
  });

  it('is settled under locks when the booking is written while the gateway charges', async () => {
    const booking = await book();
    meanwhile(() => changeContact(booking));
    await pay(booking);
    expect(await house.booking(booking)).toMatchObject({ ...confirmed, contact: { name: 'Grace' } });
    expect(await journalsOf(booking)).toEqual(['payment.gateway_fee', 'payment.succeeded']);
  });

  it('counts once when the gateway’s news is quicker than its answer', async () => {
    const booking = await book();
    meanwhile((gatewayPaymentId) => house.app.get(Intents).refresh(gatewayPaymentId), 'charged');
    await pay(booking);
    expect(await house.booking(booking)).toMatchObject(confirmed);
    expect(await journalsOf(booking)).toEqual(['payment.gateway_fee', 'payment.succeeded']);
    expect((await house.eventsOf(booking)).filter((name) => name === 'payment.processed')).toHaveLength(1);
  });

  it('opens the accounts of a vendor who has none yet', async () => {
    const booking = await house.book();
    await pay(booking);
    expect(await house.books(booking)).toMatchObject({
      'vendor:pending': -8000,
      'commission:deferred': -2000,
    });
  });

  /** Once the next intent is created and its id stored, or once it is charged and before the platform hears of it. */
  function meanwhile(
    work: (gatewayPaymentId: string) => Promise<unknown>,
    at: 'created' | 'charged' = 'created',
  ): void {
    const gateway = house.app.get(PaymentGateway);
    const processPayment = gateway.processPayment.bind(gateway);
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce(async (input, onCreated) => {
      let intent = '';
      const outcome = await processPayment(input, async (id) => {
        intent = id;
        const decision = await onCreated(id);
        if (at === 'created') await work(id);
        return decision;
      });
      if (at === 'charged') await work(intent);
      return outcome;
    });
  }
});
