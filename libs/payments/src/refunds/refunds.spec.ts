import { newId } from '@app/kernel';
import { PaymentsApp, type Answer, type SoldBooking } from '../../../../test/support/payments-app.js';
import { RefundSettlement } from './refund-settlement.js';
import { Refund } from './refund.entity.js';

const DAY_MS = 86_400_000;
const usd = (amount: number) => ({ amount, currency: 'USD' });

/** Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('A refund', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const sell = async (options: { total?: number; currency?: string; paymentMethod?: string } = {}) => {
    const booking = await house.book(options);
    const paymentId = (await house.pay(booking, options.paymentMethod)).body.id as string;
    return { ...booking, paymentId };
  };
  type Sold = Awaited<ReturnType<typeof sell>>;
  const refund = ({ vendor, paymentId }: Sold, body: object = {}, headers = {}): Promise<Answer> =>
    house.request(vendor, 'POST', `/payments/${paymentId}/refund`, { reason: 'It rained', ...body }, headers);
  const payment = async ({ traveller, paymentId }: Sold) =>
    (await house.request(traveller, 'GET', `/payments/${paymentId}`)).body;
  const paidOf = async (booking: SoldBooking) => {
    const { paid, refunded, status } = await house.booking(booking);
    return [status, paid.amount, refunded.amount];
  };
  const tooMuch = { status: 409, body: { type: '/problems/refund-exceeds-payment' } };

  it('without an amount gives back all, and leaves the booking as it is', async () => {
    const sold = await sell();
    const { status, body } = await refund(sold);
    expect([status, body]).toMatchObject([
      201,
      { paymentId: sold.paymentId, amount: usd(10_000), status: 'succeeded', reason: 'It rained' },
    ]);
    expect(await payment(sold)).toMatchObject({ status: 'refunded', refunded: usd(10_000) });
    expect(await paidOf(sold)).toEqual(['confirmed', 10_000, 10_000]);
    expect(await house.books(sold)).toEqual({ 'gateway:balance': -320, 'platform:gateway_fees': 320 });
    expect(await house.eventsOf(sold)).toContain('refund.processed');
    expect(await refund(sold)).toMatchObject(tooMuch);
  });

  it('in parts gives back exactly the commission, and never more than was paid', async () => {
    const sold = await sell({ total: 10_007 });
    expect(await refund(sold, { amount: usd(3_333) })).toMatchObject({ status: 201 });
    expect(await payment(sold)).toMatchObject({ status: 'partially_refunded', refunded: usd(3_333) });
    expect(await refund(sold, { amount: usd(6_675) })).toMatchObject(tooMuch);
    expect(await refund(sold, { amount: usd(1) })).toMatchObject({ status: 201 });
    expect(await refund(sold)).toMatchObject({ status: 201, body: { amount: usd(6_673) } });
    expect(await paidOf(sold)).toEqual(['confirmed', 10_007, 10_007]);
    expect(Object.keys(await house.books(sold)).sort()).toEqual(['gateway:balance', 'platform:gateway_fees']);
  });

  it('asked for twice at once is given once', async () => {
    const sold = await sell();
    const answers = await Promise.all([refund(sold), refund(sold)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await paidOf(sold)).toEqual(['confirmed', 10_000, 10_000]);
  });

  it('is repeated with its key, not made again', async () => {
    const sold = await sell();
    const headers = { 'idempotency-key': newId() };
    const first = await refund(sold, { amount: usd(4_000) }, headers);
    const again = await refund(sold, { amount: usd(4_000) }, headers);
    expect([again.status, again.body.id, again.headers['idempotency-replayed']]).toEqual([
      201,
      first.body.id,
      'true',
    ]);
    expect(await refund(sold, { amount: usd(5_000) }, headers)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(await paidOf(sold)).toEqual(['confirmed', 10_000, 4_000]);
  });

  it.each([
    ['another currency', { amount: 100, currency: 'EUR' }, 'amount.currency'],
    ['nothing', { amount: 0, currency: 'KWD' }, 'amount.amount'],
    ['less than can be settled', { amount: 1_234, currency: 'KWD' }, 'amount.amount'],
    ['a fraction', { amount: 10.5, currency: 'KWD' }, 'amount.amount'],
  ])('of %s is 422', async (_, amount, field) => {
    const sold = await sell({ total: 100_000, currency: 'KWD' });
    expect(await refund(sold, { amount })).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('is made by the vendor or an admin; the traveller may not, and to strangers the payment does not exist', async () => {
    const sold = await sell();
    const as = async (actor: SoldBooking['vendor']) =>
      (await refund({ ...sold, vendor: actor }, { amount: usd(100) })).status;
    expect(await as(sold.vendor)).toBe(201);
    expect(await as(await house.createUser('admin'))).toBe(201);
    expect(await as(sold.traveller)).toBe(403);
    expect(await as(await house.createUser())).toBe(404);
  });

  it('of a payment that brought nothing is refused', async () => {
    const booking = await house.book();
    const { paymentId } = (await house.pay(booking, 'pm_declined')).body;
    expect(await refund({ ...booking, paymentId })).toMatchObject(tooMuch);
  });

  it('that the gateway refuses stays owed: in flight in the books, and not to be given twice', async () => {
    const sold = await sell({ paymentMethod: 'pm_refund_fails' });
    expect(await refund(sold, { amount: usd(6_000) })).toMatchObject({
      status: 201,
      body: { status: 'failed', failure: { code: 'expired_or_canceled_card' } },
    });
    expect(await house.books(sold)).toMatchObject({
      'refunds:in_flight': -6_000,
      'vendor:pending': -3_200,
      'commission:deferred': -800,
    });
    expect(await payment(sold)).toMatchObject({ status: 'succeeded', refunded: usd(0) });
    expect(await refund(sold, { amount: usd(4_001) })).toMatchObject(tooMuch);
  });

  it('after completion is taken back from what the vendor had available', async () => {
    const sold = await sell();
    house.clock.advance(31 * DAY_MS);
    await house.request(sold.vendor, 'POST', `/bookings/${sold.id}/complete`);
    expect(await house.books(sold)).toMatchObject({
      'vendor:available': -8_000,
      'commission:revenue': -2_000,
    });
    await refund(sold, { amount: usd(5_000) });
    expect(await house.books(sold)).toMatchObject({
      'vendor:available': -4_000,
      'commission:revenue': -1_000,
    });
    expect(await paidOf(sold)).toEqual(['completed', 10_000, 5_000]);
  });

  it('is settled once, however often its success is told', async () => {
    const sold = await sell();
    const { body } = await refund(sold);
    const made = await house.dataSource.manager.findOneByOrFail(Refund, { id: body.id });
    await house.app.get(RefundSettlement).settle(made, { status: 'succeeded', gatewayRefundId: 'again' });
    expect(await paidOf(sold)).toEqual(['confirmed', 10_000, 10_000]);
  });
});
