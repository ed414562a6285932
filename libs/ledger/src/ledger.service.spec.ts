import { Transactor, violates } from '@app/database';
import { money, newId } from '@app/kernel';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { credit, debit, type JournalEntry, type Line } from './journal-entry.js';
import { paymentSucceeded, refundCreated, refundSettled, releaseRemaining } from './journals.js';
import { Ledger } from './ledger.service.js';
import { Statements } from './statements.service.js';

const occurredAt = new Date('2027-01-01T00:00:00Z');
const usd = (amount: number) => money(amount, 'USD');
const CONCURRENT = 20;

/** On a real PostgreSQL; nothing is mocked. Books are only ever added to, so every test has a vendor and a booking of its own. */
describe('Ledger', () => {
  const ledger = new Ledger();
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactor: Transactor;
  let statements: Statements;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ type: 'postgres', url: database.url, poolSize: CONCURRENT });
    await dataSource.initialize();
    transactor = new Transactor(dataSource);
    statements = new Statements(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const post = (...entries: JournalEntry[]) =>
    transactor.run(async (tx) => {
      for (const entry of entries) await ledger.post(entry, tx);
    });
  const payment = (vendorId = newId(), bookingId = newId()) =>
    paymentSucceeded({
      paymentId: newId(),
      bookingId,
      vendorId,
      amount: usd(10_000),
      commission: 2000,
      occurredAt,
    });
  const payout = (kind: JournalEntry['kind'], sourceId: string, lines: Line[]): JournalEntry => ({
    kind,
    sourceType: 'payout',
    sourceId,
    occurredAt,
    lines,
  });
  const countOf = async (table: string, where: string, value: string): Promise<number> => {
    const rows: { count: number }[] = await dataSource.query(
      `SELECT count(*)::int FROM ${table} WHERE ${where} = $1`,
      [value],
    );
    return rows[0]!.count;
  };

  describe('post', () => {
    it('writes the journal and its postings', async () => {
      const entry = payment();
      await post(entry);
      const written = await dataSource.query(
        `SELECT kind, source_type, booking_id, occurred_at, name, currency, amount::int FROM journals
         JOIN postings ON journal_id = journals.id JOIN ledger_accounts account ON account.id = account_id
         WHERE source_id = $1 ORDER BY name`,
        [entry.sourceId],
      );
      const journal = {
        kind: 'payment.succeeded',
        source_type: 'payment',
        booking_id: entry.bookingId,
        occurred_at: occurredAt,
      };
      expect(written).toEqual([
        { ...journal, name: 'commission:deferred', currency: 'USD', amount: -2000 },
        { ...journal, name: 'gateway:balance', currency: 'USD', amount: 10_000 },
        { ...journal, name: 'vendor:pending', currency: 'USD', amount: -8000 },
      ]);
    });

    it('takes one statement once the accounts are open', async () => {
      const vendorId = newId();
      await post(payment(vendorId));
      await transactor.run(async (tx) => {
        const query = jest.spyOn(tx, 'query');
        await ledger.post(payment(vendorId), tx);
        expect(query).toHaveBeenCalledTimes(1);
      });
    });

    it('writes nothing when the lines come to nothing', async () => {
      const entry = payout('payout.paid', newId(), [
        debit('gateway:balance', usd(0)),
        credit('fx:clearing', usd(0)),
      ]);
      await post(entry);
      expect(await countOf('journals', 'source_id', entry.sourceId)).toBe(0);
    });

    it('refuses an unbalanced entry before any SQL', async () => {
      await transactor.run(async (tx) => {
        const query = jest.spyOn(tx, 'query');
        const entry = payout('payout.paid', newId(), [debit('gateway:balance', usd(1))]);
        await expect(ledger.post(entry, tx)).rejects.toThrow(RangeError);
        expect(query).not.toHaveBeenCalled();
      });
    });

    it('posts one kind of journal for one source once', async () => {
      const entry = payment();
      await post(entry);
      const error: unknown = await post(entry).catch((thrown: unknown) => thrown);
      expect(violates(error, 'journals_source_key')).toBe(true);
      expect(await countOf('journals', 'source_id', entry.sourceId)).toBe(1);
    });

    it('posts once when the same source is posted by many at once', async () => {
      const entry = payment();
      const results = await Promise.allSettled(Array.from({ length: CONCURRENT }, () => post(entry)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await countOf('journals', 'source_id', entry.sourceId)).toBe(1);
    });

    it('opens an account once when many use it first at the same moment', async () => {
      const vendorId = newId();
      let started = 0;
      let release: () => void;
      const everyoneStarted = new Promise<void>((resolve) => (release = resolve));
      await Promise.all(
        Array.from({ length: CONCURRENT }, () =>
          transactor.run(async (tx) => {
            await tx.query('SELECT 1');
            if (++started === CONCURRENT) release();
            await everyoneStarted;
            await ledger.post(payment(vendorId), tx);
          }),
        ),
      );
      expect(await countOf('ledger_accounts', 'vendor_id', vendorId)).toBe(1);
      const [balance] = await statements.vendorBalances(vendorId);
      expect(balance?.pending).toBe(CONCURRENT * 8000);
    });

    it('opens the accounts itself when whoever was opening them rolls back', async () => {
      const vendorId = newId();
      let waiting: Promise<void> | undefined;
      const abandoned = transactor.run(async (tx) => {
        await ledger.post(payment(vendorId), tx);
        waiting = post(payment(vendorId));
        throw new Error('changed my mind');
      });
      await expect(abandoned).rejects.toThrow('changed my mind');
      await waiting;
      expect(await statements.vendorBalances(vendorId)).toMatchObject([{ pending: 8000 }]);
    });
  });

  describe('a booking', () => {
    it('has nothing remaining without journals', async () => {
      expect(await transactor.run((tx) => ledger.remainingOf(newId(), tx))).toBeUndefined();
    });

    it('is partly refunded, then released: what the refund left is earned', async () => {
      const [vendorId, bookingId, refundId] = [newId(), newId(), newId()];
      const refund = { refundId, bookingId, vendorId, amount: usd(5000), commission: 1000, occurredAt };
      await post(
        payment(vendorId, bookingId),
        refundCreated({
          ...refund,
          remaining: { currency: 'USD', vendorPending: 8000, commissionDeferred: 2000 },
        }),
        refundSettled(refund),
      );
      await transactor.run(async (tx) => {
        const remaining = await ledger.remainingOf(bookingId, tx);
        expect(remaining).toEqual({ currency: 'USD', vendorPending: 4000, commissionDeferred: 1000 });
        await ledger.post(releaseRemaining({ bookingId, vendorId, remaining: remaining!, occurredAt }), tx);
        expect(await ledger.remainingOf(bookingId, tx)).toEqual({
          currency: 'USD',
          vendorPending: 0,
          commissionDeferred: 0,
        });
      });
      expect(await statements.vendorBalances(vendorId)).toEqual([
        { currency: 'USD', pending: 0, available: 4000, inTransit: 0, onHold: 0, paid: 0 },
      ]);
    });
  });

  describe('a vendor', () => {
    it('has no balance before his first money', async () => {
      expect(await statements.vendorBalances(newId())).toEqual([]);
    });

    it('sees what was paid net of what came back, and a clawback below zero', async () => {
      const [vendorId, bookingId, payoutId] = [newId(), newId(), newId()];
      const available = { name: 'vendor:available', vendorId } as const;
      const inTransit = { name: 'vendor:in_transit', vendorId } as const;
      const remaining = { currency: 'USD', vendorPending: 8000, commissionDeferred: 2000 };
      await post(
        payment(vendorId, bookingId),
        releaseRemaining({ bookingId, vendorId, remaining, occurredAt }),
        payout('payout.submitted', payoutId, [debit(available, usd(8000)), credit(inTransit, usd(8000))]),
      );
      expect(await statements.vendorBalances(vendorId)).toMatchObject([
        { available: 0, inTransit: 8000, paid: 0 },
      ]);

      await post(
        payout('payout.paid', payoutId, [debit(inTransit, usd(8000)), credit('gateway:balance', usd(8000))]),
      );
      expect(await statements.vendorBalances(vendorId)).toMatchObject([
        { available: 0, inTransit: 0, paid: 8000 },
      ]);

      const refund = {
        refundId: newId(),
        bookingId,
        vendorId,
        amount: usd(10_000),
        commission: 2000,
        occurredAt,
      };
      await post(refundCreated({ ...refund, remaining: undefined }));
      expect(await statements.vendorBalances(vendorId)).toMatchObject([{ available: -8000, paid: 8000 }]);

      await post(
        payout('payout.returned', payoutId, [
          debit('gateway:balance', usd(8000)),
          credit(available, usd(8000)),
        ]),
      );
      expect(await statements.vendorBalances(vendorId)).toEqual([
        { currency: 'USD', pending: 0, available: 0, inTransit: 0, onHold: 0, paid: 0 },
      ]);
    });
  });

  it('adds vendors up by account in the trial balance, each currency for itself', async () => {
    const amount = money(1000, 'KWD');
    const inDinars = () =>
      paymentSucceeded({
        paymentId: newId(),
        bookingId: newId(),
        vendorId: newId(),
        amount,
        commission: 200,
        occurredAt,
      });
    await post(inDinars(), inDinars());
    const balances = await statements.trialBalance();
    expect(balances.map(({ total }) => total)).toEqual([0, 0]);
    expect(balances.map(({ currency }) => currency)).toEqual(['KWD', 'USD']);
    expect(balances[0]).toEqual({
      currency: 'KWD',
      accounts: [
        { account: 'commission:deferred', balance: -400 },
        { account: 'gateway:balance', balance: 2000 },
        { account: 'vendor:pending', balance: -1600 },
      ],
      total: 0,
    });
  });
});
