import type { DataSource } from 'typeorm';
import { BankDispute } from '../../../../test/support/bank.js';
import { PaymentsApp } from '../../../../test/support/payments-app.js';
import { DisputesIntegrity } from './disputes.integrity.js';

/** On a real PostgreSQL, with records that were tampered with. */
describe('The records of disputes', () => {
  let house: PaymentsApp;
  let ids: Record<'booking' | 'payment' | 'open' | 'won' | 'lost' | 'inquiry', string>;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    const booking = await house.book();
    const payment = (await house.pay(booking)).body.id as string;
    const dispute = (amount: number) => new BankDispute(house.app, payment, amount);
    ids = {
      booking: booking.id,
      payment,
      inquiry: (await dispute(100).becomes('inquiry')).id,
      won: (await dispute(1_000).becomes('won')).id,
      lost: (await dispute(2_000).becomes('lost')).id,
      open: (await dispute(9_000).becomes('open')).id,
    };
  });
  afterAll(() => house.close());

  /** What the check finds after `statement`, which leaves no trace. */
  const tampered = async (statement: string, ...parameters: string[]): Promise<string[]> => {
    const runner = house.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query(statement, parameters);
      const { checked, violations } = await new DisputesIntegrity(runner as unknown as DataSource).run();
      expect(checked).toBeGreaterThan(2);
      return violations;
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  };

  it('agree', async () => {
    expect(await house.app.get(DisputesIntegrity).run()).toEqual({ checked: 4, violations: [] });
  });

  it('do not, where a payment was disputed for another amount', async () => {
    expect(await tampered('UPDATE payments SET disputed = disputed - 1')).toEqual([
      `payment ${ids.payment} says 9999 disputed; its disputes come to 10000`,
    ]);
  });

  it('do not, where a booking was', async () => {
    expect(await tampered('UPDATE bookings SET disputed = disputed - 1')).toEqual([
      `booking ${ids.booking} says 9999 disputed; the disputes of its payments come to 10000`,
    ]);
  });

  it('do not, where a superseded payment counts for its booking', async () => {
    expect(await tampered('UPDATE payments SET superseded = true')).toEqual([
      expect.stringContaining(`booking ${ids.booking} says 10000`),
    ]);
  });

  it.each<[string, keyof typeof ids, string]>([
    ['withdrew another amount than the books', 'open', 'amount = amount + 1'],
    [
      'froze another share',
      'open',
      'vendor_share = vendor_share - 1, commission_share = commission_share + 1',
    ],
    ['is won, and the books have it open', 'open', `status = 'won'`],
    ['is open, and the books have it won', 'won', `status = 'open'`],
    ['is lost, and the books have it won', 'won', `status = 'lost'`],
    ['is lost, and cost another commission', 'lost', 'commission_share = commission_share - 1'],
    ['is open, and the books know nothing of it', 'inquiry', `status = 'open'`],
    ['is an inquiry, and the books have it open', 'open', `status = 'inquiry'`],
  ])('do not, where a dispute %s', async (_, which, change) => {
    expect(await tampered(`UPDATE disputes SET ${change} WHERE id = $1`, ids[which])).toContainEqual(
      expect.stringContaining(`dispute ${ids[which]} is`),
    );
  });

  it('do not, where the books have a dispute that is not there', async () => {
    expect(await tampered('DELETE FROM disputes WHERE id = $1', ids.lost)).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`payment ${ids.payment} says 10000`),
        expect.stringContaining(`booking ${ids.booking} says 10000`),
        expect.stringContaining(`dispute ${ids.lost} is nowhere`),
      ]),
    );
  });

  it('are looked after with all the others', async () => {
    const admin = await house.createUser('admin');
    const { checks } = (await house.request(admin, 'GET', '/admin/integrity')).body;
    expect(checks).toContainEqual({ name: 'disputes', ok: true, checked: 4, violations: [] });
  });
});
