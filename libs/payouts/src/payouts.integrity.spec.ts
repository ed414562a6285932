import { newId } from '@app/kernel';
import { PaymentGateway } from '@app/payments';
import { PayoutsHouse, type Earned } from '../../../test/support/payouts-house.js';
import { PayoutsIntegrity } from './payouts.integrity.js';

/** On a real PostgreSQL, with records that were tampered with. */
describe('The records of payouts', () => {
  let payouts: PayoutsHouse;
  let sold: Earned;
  let paid: string;
  let moving: string;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    sold = await payouts.earn();
    paid = (await payouts.runFor(sold)).paid[0].payoutId;
    await payouts.refund(sold);
    await payouts.asAdmin('POST', `/admin/vendors/${sold.vendorId}/balance/write-off`, {
      currency: 'USD',
      reason: 'Closed',
    });
    const other = await payouts.earn();
    jest
      .spyOn(payouts.house.app.get(PaymentGateway), 'transfer')
      .mockResolvedValueOnce({ status: 'unknown' });
    moving = (await payouts.runFor(other)).inTransit[0].payoutId;
  });
  afterAll(() => payouts.house.close());

  /** The checks of the tables would refuse most of it: whoever gets past them is whom this is about. */
  const tampered = async (statement: string, parameters: unknown[] = []) => {
    const runner = payouts.house.dataSource.createQueryRunner();
    const found: string[] = [];
    await runner.startTransaction();
    try {
      await runner.query(`SET LOCAL session_replication_role = replica`);
      for (const [table, check] of [
        ['payouts', 'payouts_reversed_check'],
        ['payouts', 'payouts_paid_check'],
      ])
        await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${check}`);
      await runner.query(statement, parameters);
      const query = runner.query.bind(runner);
      jest.spyOn(payouts.house.dataSource, 'query').mockImplementation(query as never);
      const { checked, violations } = await payouts.house.app.get(PayoutsIntegrity).run();
      expect(checked).toBeGreaterThan(0);
      found.push(...violations);
    } finally {
      jest.restoreAllMocks();
      await runner.rollbackTransaction();
      await runner.release();
    }
    return found;
  };
  const closing = `SELECT id FROM journals WHERE kind = 'payout.submitted' AND source_id = $1`;

  it('agree', async () => {
    expect(await payouts.house.app.get(PayoutsIntegrity).run()).toEqual({ checked: 3, violations: [] });
  });

  it.each([
    ['another amount', 'amount = amount + 1', 'submitted'],
    ['another status', `status = 'failed'`, 'paid'],
    ['another attempt', 'attempt = 2', 'submitted'],
    ['a return', 'reversed = 5', 'returned'],
  ])('do not, where a payout has %s than the books', async (_, changed, word) => {
    const violations = await tampered(`UPDATE payouts SET ${changed} WHERE id = $1`, [paid]);
    expect(violations).toEqual([expect.stringContaining(paid)]);
    expect(violations[0]).toContain(word);
  });

  it('do not, where a payout is done for and its money still on its way in the books', async () => {
    const violations = await tampered(`UPDATE payouts SET status = 'failed' WHERE id = $1`, [moving]);
    expect(violations.join('\n')).toMatch(
      new RegExp(`${moving}.*\n.*8000 USD in transit in the books.*come to 0`),
    );
  });

  it('do not, where the books have a payout that is not there', async () => {
    const ghost = newId();
    const violations = await tampered(
      `WITH journal AS (
         INSERT INTO journals (id, kind, source_type, source_id, occurred_at)
         VALUES (gen_random_uuid(), 'payout.submitted', 'payout', $1, $3) RETURNING id
       )
       INSERT INTO postings SELECT journal.id, account.id, 1 FROM journal, ledger_accounts account
       WHERE name = 'vendor:available' AND vendor_id = $2`,
      [ghost, sold.vendorId, payouts.house.clock.now()],
    );
    expect(violations).toEqual([expect.stringContaining(ghost)]);
  });

  it.each([
    ['is missing', 'DELETE FROM payout_items WHERE payout_id = $1 AND amount < 0', /items that sum to 8000/],
    [
      'has another amount',
      'UPDATE payout_items SET amount = amount + 1 WHERE payout_id = $1 AND amount < 0',
      /items that sum to 1\n.*pays -7999 for journal .* posted -8000/,
    ],
    [
      'is that of another payout',
      `UPDATE payout_items SET payout_id = (SELECT id FROM payouts WHERE id <> $1) WHERE payout_id = $1 AND amount < 0`,
      /pays -8000 for journal .* posted 0/,
    ],
  ])('do not, where an item %s', async (_, statement, message) => {
    expect((await tampered(statement, [paid])).join('\n')).toMatch(message);
  });

  it('do not, where the payout itself is not among its items', async () => {
    const violations = await tampered(`DELETE FROM payout_items WHERE journal_id = (${closing})`, [paid]);
    expect(violations).toEqual([`payout ${paid} has items that sum to -8000 and its own is not among them`]);
  });

  it.each(['UPDATE write_offs SET amount = amount + 1', 'DELETE FROM write_offs'])(
    'do not, after %s',
    async (statement) => {
      expect(await tampered(statement)).toEqual([expect.stringMatching(/^write-off .*the books have 8000$/)]);
    },
  );
});
