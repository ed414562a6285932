import { Transactor, violates } from '@app/database';
import { money, newId } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { paymentSucceeded } from './journals.js';
import { LedgerIntegrity } from './ledger.integrity.js';
import { Ledger } from './ledger.service.js';

/** On a real PostgreSQL, through raw SQL: what holds even against code that goes around the Ledger. */
describe('the books', () => {
  const bookingId = newId();
  const vendorId = newId();
  let database: TestDatabase;
  let dataSource: DataSource;
  let integrity: LedgerIntegrity;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ type: 'postgres', url: database.url });
    await dataSource.initialize();
    integrity = new LedgerIntegrity(dataSource);
    const [amount, occurredAt] = [money(10_000, 'USD'), new Date('2027-01-01T00:00:00Z')];
    const entry = paymentSucceeded({
      paymentId: newId(),
      bookingId,
      vendorId,
      amount,
      commission: 2000,
      occurredAt,
    });
    await new Transactor(dataSource).run((tx) => new Ledger().post(entry, tx));
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const refused = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'accepted',
      (error: unknown) => error,
    );

  async function insertJournal(
    manager: EntityManager,
    postings: Record<string, number>,
    { kind = 'payment.succeeded', source = 'payment' } = {},
  ): Promise<string> {
    const id = newId();
    await manager.query(
      `INSERT INTO journals (id, kind, source_type, source_id, occurred_at) VALUES ($1, $2, $3, $1, '2027-01-01')`,
      [id, kind, source],
    );
    for (const [account, amount] of Object.entries(postings)) {
      await manager.query(
        'INSERT INTO postings (journal_id, account_id, amount) SELECT $1, id, $3 FROM ledger_accounts WHERE name = $2',
        [id, account, amount],
      );
    }
    return id;
  }

  describe('in the database', () => {
    it('refuse an unbalanced journal at the commit, not before', async () => {
      let reachedCommit = false;
      const error = await refused(
        dataSource.transaction(async (manager) => {
          await insertJournal(manager, { 'gateway:balance': 100, 'commission:deferred': -99 });
          reachedCommit = true;
        }),
      );
      expect(reachedCommit).toBe(true);
      expect(violates(error, 'journals_balanced')).toBe(true);
    });

    it('refuse a posting added later to a balanced journal', async () => {
      const id = await dataSource.transaction((manager) =>
        insertJournal(manager, { 'gateway:balance': 100, 'commission:deferred': -100 }),
      );
      const error = await refused(
        dataSource.query(
          `INSERT INTO postings SELECT $1, id, 1 FROM ledger_accounts WHERE name = 'vendor:pending'`,
          [id],
        ),
      );
      expect(violates(error, 'journals_balanced')).toBe(true);
    });

    it.each([
      'UPDATE postings SET amount = amount * 2',
      'UPDATE journals SET booking_id = NULL',
      `UPDATE ledger_accounts SET currency = 'EUR'`,
      'DELETE FROM postings',
      'DELETE FROM journals',
      'DELETE FROM ledger_accounts',
      'TRUNCATE postings',
      'TRUNCATE journals CASCADE',
      'TRUNCATE ledger_accounts CASCADE',
    ])('refuse %s', async (statement) => {
      expect(violates(await refused(dataSource.query(statement)), 'ledger_immutable')).toBe(true);
    });

    it.each([
      ['a vendor account without a vendor', 'vendor:pending', null, 'ledger_accounts_vendor_check'],
      ['a platform account with one', 'gateway:balance', vendorId, 'ledger_accounts_vendor_check'],
      ['a second platform account of one name', 'gateway:balance', null, 'ledger_accounts_key'],
    ])('refuse %s', async (_, name, vendor, constraint) => {
      const insert = `INSERT INTO ledger_accounts (id, name, vendor_id, currency) VALUES ($1, $2, $3, 'USD')`;
      expect(violates(await refused(dataSource.query(insert, [newId(), name, vendor])), constraint)).toBe(
        true,
      );
    });
  });

  describe('checked', () => {
    it('are in order', async () => {
      const { checked, violations } = await integrity.run();
      expect(checked).toBeGreaterThan(0);
      expect(violations).toEqual([]);
    });

    it('show journals of the wrong record, on accounts that are not theirs, or of two vendors', async () => {
      const balanced = { 'gateway:balance': 100, 'commission:deferred': -100 };
      const others = newId();
      const [mistaken, unheard, misplaced, mixed] = await dataSource.transaction(async (manager) => {
        await manager.query(
          `INSERT INTO ledger_accounts (id, name, vendor_id, currency) VALUES ($1, 'vendor:pending', $2, 'USD')`,
          [others, newId()],
        );
        return [
          await insertJournal(manager, balanced, { source: 'refund' }),
          await insertJournal(manager, balanced, { kind: 'payment.lost' }),
          await insertJournal(manager, balanced, { kind: 'payment.gateway_fee' }),
          await insertJournal(manager, { 'vendor:pending': -50, 'gateway:balance': 100 }),
        ];
      });
      const { violations } = await integrity.run();
      expect(violations.sort()).toEqual(
        [
          `journal ${mistaken} (payment.succeeded) is of a refund`,
          `journal ${unheard} (payment.lost) is of a payment`,
          `journal ${misplaced} (payment.gateway_fee) touches commission:deferred`,
          `journal ${mixed} touches the accounts of 2 vendors`,
        ].sort(),
      );
      await dataSource.transaction(async (manager) => {
        await manager.query('SET LOCAL session_replication_role = replica');
        for (const id of [mistaken, unheard, misplaced, mixed]) {
          await manager.query('DELETE FROM postings WHERE journal_id = $1', [id]);
          await manager.query('DELETE FROM journals WHERE id = $1', [id]);
        }
        await manager.query('DELETE FROM ledger_accounts WHERE id = $1', [others]);
      });
    });

    it('show what got past constraints and triggers', async () => {
      await dataSource.query('ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_vendor_check');
      const [unbalanced, empty, orphan] = await dataSource.transaction(async (manager) => {
        await manager.query('SET LOCAL session_replication_role = replica');
        const account = newId();
        await manager.query(
          `INSERT INTO ledger_accounts (id, name, currency) VALUES ($1, 'vendor:available', 'USD')`,
          [account],
        );
        return [
          await insertJournal(manager, { 'gateway:balance': 7 }),
          await insertJournal(manager, {}),
          account,
        ];
      });
      const { violations } = await integrity.run();
      expect(violations.sort()).toEqual(
        [
          `account ${orphan} (vendor:available) should have a vendor`,
          `journal ${unbalanced} sums to 7 USD`,
          `journal ${unbalanced} has fewer than two postings: 1`,
          `journal ${empty} has fewer than two postings: 0`,
        ].sort(),
      );
    });
  });
});
