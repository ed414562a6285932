import type { IntegrityCheck } from '@app/kernel';
import type { DataSource } from 'typeorm';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { GatewayPostingsIntegrity, HeldBackIntegrity, PaidIntegrity } from './payments.integrity.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundsIntegrity } from './refunds/refunds.integrity.js';

const DAY_MS = 86_400_000;
const CHECKS = [PaidIntegrity, GatewayPostingsIntegrity, HeldBackIntegrity, RefundsIntegrity];

/** On a real PostgreSQL. Records are tampered with in transactions that are rolled back, and looked at from within. */
describe('The records of payments', () => {
  let house: PaymentsApp;
  let booking: SoldBooking;
  let paymentId: string;
  let refundId: string;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    ({ booking, paymentId } = await sell());
    refundId = (await refund(booking, paymentId, 1_000)).body.id;
  });
  afterAll(() => house.close());

  const sell = async (paymentMethod = 'pm_ok') => {
    const sold = await house.book();
    return { booking: sold, paymentId: (await house.pay(sold, paymentMethod)).body.id as string };
  };
  const refund = ({ vendor }: SoldBooking, id: string, amount: number) =>
    house.request(vendor, 'POST', `/payments/${id}/refund`, {
      amount: { amount, currency: 'USD' },
      reason: 'It rained',
    });

  async function violations(source: unknown = house.dataSource): Promise<string[]> {
    const found: string[] = [];
    for (const Check of CHECKS) {
      const { checked, violations: named } = await (new Check(source as DataSource) as IntegrityCheck).run();
      found.push(...named);
      expect(checked + named.length).toBeGreaterThan(0);
    }
    return found;
  }

  /** What is found after what no code of ours could do. */
  async function afterTampering(...statements: string[]): Promise<string[]> {
    const undone = new Error('undone');
    let found: string[] = [];
    const transaction = house.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL session_replication_role = replica');
      await manager.query('ALTER TABLE bookings DROP CONSTRAINT bookings_refunds_check');
      await manager.query('ALTER TABLE payments DROP CONSTRAINT payments_refunded_check');
      for (const statement of statements) await manager.query(statement);
      found = await violations(manager);
      throw undone;
    });
    await expect(transaction).rejects.toBe(undone);
    return found;
  }
  const journal = (kind: string) =>
    `(SELECT id FROM journals WHERE kind = '${kind}' AND booking_id = '${booking.id}')`;

  it('agree', async () => {
    expect(await violations()).toEqual([]);
    expect(await afterTampering()).toEqual([]);
  });

  it('agree when a booking is completed', async () => {
    const { booking: over } = await sell();
    const before = house.clock.now();
    house.clock.advance(31 * DAY_MS);
    expect((await house.request(over.vendor, 'POST', `/bookings/${over.id}/complete`)).status).toBe(200);
    expect(await violations()).toEqual([]);
    expect(
      await afterTampering(
        `DELETE FROM postings WHERE journal_id = (SELECT id FROM journals WHERE kind = 'booking.released')`,
      ),
    ).toEqual([
      `booking ${over.id} is completed and should have 0 pending and 0 deferred; the books have 8000 and 2000`,
    ]);
    house.clock.set(before);
  });

  it('agree from the moment of a cancellation until all of it is done', async () => {
    const { booking: dropped } = await sell();
    expect(
      (await house.request(dropped.traveller, 'POST', `/bookings/${dropped.id}/cancel`, {})).status,
    ).toBe(200);
    expect(await violations()).toEqual([]);
    await house.settle();
    expect(await violations()).toEqual([]);
  });

  it('agree while a bank has the money of a payment', async () => {
    await sell('pm_dispute');
    await house.settle();
    expect(await violations()).toEqual([]);
  });

  it('agree while a refund has failed, is tried again and is given up', async () => {
    const { booking: refused, paymentId: id } = await sell('pm_refund_fails');
    await refund(refused, id, 3_333);
    const admin = await house.createUser('admin');
    const decide = async (decision: 'retry' | 'abandon', body: object) => {
      const [owed] = await house.dataSource.query<[{ id: string }]>(
        `SELECT id FROM refunds WHERE status = 'failed' AND retried_as IS NULL`,
      );
      const answer = await house.request(admin, 'POST', `/admin/refunds/${owed.id}/${decision}`, body);
      expect(answer.status).toBeLessThan(300);
    };
    expect(await violations()).toEqual([]);
    await decide('retry', {});
    expect(await violations()).toEqual([]);
    await decide('abandon', { reason: 'The card is gone' });
    expect(await violations()).toEqual([]);
    expect(
      (await afterTampering('UPDATE refunds SET amount = amount + 1 WHERE retried_as IS NOT NULL')).join(),
    ).toContain('what took its place');
  });

  it.each(['paid = paid + 1', 'refunded = refunded - 1', 'refund_committed = refund_committed + 1'])(
    'do not, where a booking has %s',
    async (change) => {
      expect(await afterTampering(`UPDATE bookings SET ${change} WHERE id = '${booking.id}'`)).toEqual([
        expect.stringMatching(`^booking ${booking.id} says`),
      ]);
    },
  );

  it('do not, where a payment gave back what the books do not have', async () => {
    expect(
      await afterTampering(`UPDATE payments SET refunded = refunded + 1 WHERE id = '${paymentId}'`),
    ).toEqual([expect.stringMatching(`^payment ${paymentId} says 10000 captured and 1001 refunded`)]);
  });

  it('do not, where the books have a payment that is not there', async () => {
    const found = (await afterTampering('DELETE FROM refunds', 'DELETE FROM payments')).join();
    for (const id of [booking.id, paymentId, refundId]) expect(found).toContain(id);
  });

  it('do not, where a payment was shared out otherwise than agreed', async () => {
    const shift = (account: string, by: number) =>
      `UPDATE postings SET amount = amount + ${by} WHERE journal_id = ${journal('payment.succeeded')}
       AND account_id IN (SELECT id FROM ledger_accounts WHERE name = '${account}')`;
    expect(await afterTampering(shift('vendor:pending', -7), shift('commission:deferred', 7))).toEqual([
      expect.stringContaining(
        `payment ${paymentId} is succeeded and should be booked as commission:deferred -2000`,
      ),
      `booking ${booking.id} is confirmed and should have 7200 pending and 1800 deferred; the books have 7207 and 1793`,
    ]);
  });

  it('do not, where a payment was booked for another booking', async () => {
    const found = await afterTampering(
      `UPDATE journals SET booking_id = gen_random_uuid() WHERE id = ${journal('payment.succeeded')}`,
    );
    expect(found.join()).toContain(`payment ${paymentId} is succeeded and should be booked as`);
  });

  it('do not, where a payment that failed has a journal', async () => {
    const found = await afterTampering(
      `UPDATE payments SET status = 'failed', captured = 0, refunded = 0 WHERE id = '${paymentId}'`,
    );
    expect(found.join()).toContain(`payment ${paymentId} is failed and should be booked as nothing`);
  });

  it.each<[string, () => string]>([
    ['was never promised', () => `DELETE FROM postings WHERE journal_id = ${journal('refund.created')}`],
    [
      'has not arrived in the books',
      () => `DELETE FROM postings WHERE journal_id = ${journal('refund.settled')}`,
    ],
    ['has another commission than it was booked with', () => set('commission = commission + 1')],
    ['arrived, and is said to be pending', () => set(`status = 'pending'`)],
    ['arrived, and is said to have failed', () => set(`status = 'failed'`)],
    ['arrived, and is said to have been given up', () => set(`status = 'canceled'`)],
    ['is of another amount than it was booked with', () => set('amount = amount - 1')],
    ['is gone', () => `DELETE FROM refunds WHERE id = '${refundId}'`],
  ])('do not, where a refund %s', async (_, statement) => {
    expect(await afterTampering(statement())).toEqual(
      expect.arrayContaining([expect.stringMatching(`^refund ${refundId} is`)]),
    );
  });
  const set = (change: string) => `UPDATE refunds SET ${change} WHERE id = '${refundId}'`;

  it('are summed by status', async () => {
    const sums = await house.app.get(PaymentsRepository).sumByStatus();
    expect(sums).toEqual([{ status: 'succeeded', currency: 'USD', count: 5, amount: 50_000 }]);
    const repository = house.app.get(PaymentsRepository);
    const [newest] = await repository.findAll({ page: 1, limit: 1 });
    expect((await repository.findAll({ page: 5, limit: 1 })).map(({ id }) => id)).toEqual([paymentId]);
    expect(newest?.id).not.toBe(paymentId);
    expect(await repository.findAll({ page: 2, limit: 5 })).toEqual([]);
  });
});
