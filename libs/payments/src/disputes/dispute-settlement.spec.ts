import { BankDispute } from '../../../../test/support/bank.js';
import { disputedOf, sellPaid, type PaidBooking } from '../../../../test/support/paid-bookings.js';
import { PaymentsApp } from '../../../../test/support/payments-app.js';
import { Dispute } from './dispute.entity.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** What the gateway tells of disputes, in whatever order and however often. On a real PostgreSQL. */
describe('A dispute, as the gateway tells of it,', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const sell = (options?: Parameters<PaymentsApp['book']>[0]) => sellPaid(house, options);
  const disputeOf = ({ paymentId }: PaidBooking) => new BankDispute(house.app, paymentId);
  const disputed = (sold: PaidBooking) => disputedOf(house, sold);

  it('of a superseded payment is none of the booking’s', async () => {
    const sold = await sell({ capacity: 2 });
    await house.dataSource.query('UPDATE payments SET superseded = true WHERE id = $1', [sold.paymentId]);
    await house.dataSource.query('UPDATE bookings SET paid = 0 WHERE id = $1', [sold.id]);
    const dispute = disputeOf(sold);
    await dispute.becomes('open');
    expect(await disputed(sold)).toEqual([10_000, 0]);
    await house.requireSound();
    await dispute.becomes('won');
    expect(await disputed(sold)).toEqual([0, 0]);
  });

  it('is told once, however often and late the gateway tells it', async () => {
    const sold = await sell();
    const dispute = disputeOf(sold);
    await dispute.becomes('inquiry');
    expect(await disputed(sold)).toEqual([0, 0]);
    await Promise.all([dispute.becomes('open'), dispute.becomes('open'), dispute.becomes('inquiry')]);
    expect(await disputed(sold)).toEqual([10_000, 10_000]);
    await Promise.all([dispute.becomes('lost'), dispute.becomes('lost')]);
    for (const late of ['inquiry', 'open', 'won', 'closed'] as const) {
      expect(await dispute.becomes(late)).toMatchObject({ status: 'lost' });
    }

    const rows = await house.dataSource.manager.findBy(Dispute, { paymentId: sold.paymentId });
    expect(rows).toMatchObject([{ status: 'lost', vendorShare: 8_000, commissionShare: 2_000 }]);
    const told = (await house.eventsOf(sold)).filter((name) => name.startsWith('dispute.'));
    expect(told).toEqual(['dispute.opened', 'dispute.closed']);
  });

  it.each(['won', 'lost'] as const)(
    'first heard of when it is %s has its whole story in the books',
    async (outcome) => {
      const sold = await sell();
      const dispute = disputeOf(sold);
      await dispute.becomes(outcome);

      const journals = await house.dataSource.query<{ kind: string }[]>(
        `SELECT kind FROM journals WHERE booking_id = $1 AND source_type = 'dispute' ORDER BY id`,
        [sold.id],
      );
      expect(journals.map(({ kind }) => kind)).toEqual(['dispute.withdrawn', `dispute.${outcome}`]);
      expect(await disputed(sold)).toEqual(outcome === 'won' ? [0, 0] : [10_000, 10_000]);
      const told = (await house.eventsOf(sold)).filter((name) => name.startsWith('dispute.'));
      expect(told).toEqual(['dispute.opened', 'dispute.closed']);
    },
  );

  it('that was an inquiry which came to nothing may yet be opened, about another amount', async () => {
    const sold = await sell();
    const dispute = disputeOf(sold);
    await dispute.becomes('inquiry');
    expect(await dispute.becomes('closed')).toMatchObject({ status: 'closed' });
    expect(await disputed(sold)).toEqual([0, 0]);
    await dispute.becomes('open', { amount: usd(2_500), reason: 'product_not_received' });

    expect(await disputed(sold)).toEqual([2_500, 2_500]);
    const [row] = await house.dataSource.manager.findBy(Dispute, { paymentId: sold.paymentId });
    expect(row).toMatchObject({ amount: 2_500, reason: 'product_not_received' });
  });

  it.each(['pm_3ds', 'pm_declined'])(
    'of a payment that has not succeeded (%s) is left for later',
    async (method) => {
      const booking = await house.book();
      const answer = await house.pay(booking, method);
      const sold = { ...booking, paymentId: answer.body.id ?? answer.body.paymentId };
      await expect(disputeOf(sold).becomes('open')).rejects.toThrow('which is still');
      expect(await house.dataSource.manager.countBy(Dispute, { paymentId: sold.paymentId })).toBe(0);
    },
  );

  it('that is told of another payment than before, or in another currency, is refused', async () => {
    const [one, other] = [await sell(), await sell()];
    const dispute = disputeOf(one);
    await dispute.becomes('open');
    const moved = Object.assign(disputeOf(other), { gatewayDisputeId: dispute.gatewayDisputeId });
    await expect(moved.becomes('lost')).rejects.toThrow('not of');
    await expect(
      disputeOf(other).becomes('open', { amount: { amount: 1, currency: 'EUR' } }),
    ).rejects.toThrow('is not in USD');
    expect(await disputed(other)).toEqual([0, 0]);
  });
});
