import type { Actor } from '@app/http';
import { newId } from '@app/kernel';
import { expectOk } from '../../../test/support/shop.js';
import { PayoutsHouse, type Earned } from '../../../test/support/payouts-house.js';

const DAY_MS = 86_400_000;
const usd = (amount: number) => ({ amount, currency: 'USD' });

interface Journal {
  id: string;
  kind: string;
  bookingId: string | null;
  occurredAt: string;
  postings: { account: string; vendorId?: string; amount: { amount: number; currency: string } }[];
}

/** Over HTTP, on a real PostgreSQL. */
describe('the books, entry by entry', () => {
  let payouts: PayoutsHouse;
  let first: Earned;
  let second: Earned;
  let refundId: string;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    first = await payouts.earn();
    payouts.house.clock.advance(DAY_MS);
    second = await payouts.earn({ total: 20_000 });
    payouts.house.clock.advance(DAY_MS);
    refundId = expectOk(await payouts.refund(first, 5_000)).id;
    await payouts.runFor(second, { period: 'weekly', force: true });
  });
  afterAll(() => payouts.house.close());

  const read = async (path: string, actor?: Actor) =>
    expectOk(actor ? await payouts.house.request(actor, 'GET', path) : await payouts.asAdmin('GET', path));
  /** Every row, page by page of one. */
  async function walk<T>(path: string, actor?: Actor): Promise<T[]> {
    const rows: T[] = [];
    let cursor = '';
    do {
      const page = await read(`${path}${path.includes('?') ? '&' : '?'}limit=1${cursor}`, actor);
      rows.push(...page.data);
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor);
    return rows;
  }
  const kinds = async (query: string) =>
    (await read(`/admin/ledger/journals?${query}`)).data.map(({ kind }: Journal) => kind);

  it('are the journals, newest first, with all that they posted', async () => {
    const journals = await walk<Journal>('/admin/ledger/journals');
    expect(journals).toEqual((await read('/admin/ledger/journals?limit=100')).data);
    const times = journals.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(new Set(journals.map(({ id }) => id)).size).toBe(journals.length);
    for (const { postings } of journals) {
      expect(postings.length).toBeGreaterThan(1);
      expect(postings.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(0);
    }
    const created = journals.find(({ kind }) => kind === 'refund.created');
    expect(created).toEqual({
      id: expect.any(String),
      kind: 'refund.created',
      sourceType: 'refund',
      sourceId: refundId,
      occurrence: 1,
      bookingId: first.id,
      occurredAt: payouts.house.clock.now().toISOString(),
      postings: [
        { account: 'commission:revenue', amount: usd(1_000) },
        { account: 'refunds:in_flight', amount: usd(-5_000) },
        { account: 'vendor:available', vendorId: first.vendorId, amount: usd(4_000) },
      ],
    });
  });

  it('are found by booking, vendor, kind, record, account and time, and by these together', async () => {
    const sale = ['booking.released', 'payment.gateway_fee', 'payment.succeeded'];
    const refund = ['refund.created', 'refund.settled'];
    const paid = ['payout.paid', 'payout.submitted'];
    const sorted = async (query: string) => (await kinds(query)).toSorted();
    expect(await sorted(`bookingId=${first.id}`)).toEqual([...sale, ...refund]);
    expect(await sorted(`vendorId=${second.vendorId}`)).toEqual([
      'booking.released',
      'payment.succeeded',
      ...paid,
    ]);
    const succeeded = `kind=payment.succeeded&bookingId=${second.id}`;
    expect(await kinds(succeeded)).toEqual(['payment.succeeded']);
    expect(new Set(await kinds('kind=payment.succeeded'))).toEqual(new Set(['payment.succeeded']));
    expect(await sorted(`sourceId=${refundId}`)).toEqual(refund);
    expect(await sorted('account=refunds:in_flight')).toEqual(refund);
    expect(await kinds('account=vendor:in_transit')).toHaveLength(2);
    expect(await kinds(`account=vendor:in_transit&vendorId=${first.vendorId}`)).toEqual([]);
    expect(await kinds('account=platform:losses')).toEqual([]);
    const day = payouts.house.clock.now().toISOString().slice(0, 10);
    expect(await sorted(`from=${day}`)).toEqual([...paid, ...refund]);
    expect(await sorted(`from=${day}&kind=refund.settled`)).toEqual(['refund.settled']);
    expect(await sorted(`to=${day}&bookingId=${first.id}`)).toEqual(sale);
    expect(await kinds(`bookingId=${newId()}`)).toEqual([]);
  });

  it('are the accounts, each with its balance, which come to the trial balance', async () => {
    interface Account {
      id: string;
      account: string;
      vendorId?: string;
      currency: string;
      balance: number;
    }
    const accounts = await walk<Account>('/admin/ledger/accounts?currency=USD');
    expect(accounts).toEqual((await read('/admin/ledger/accounts?currency=USD&limit=100')).data);
    const sums: Record<string, number> = {};
    for (const { account, balance } of accounts) sums[account] = (sums[account] ?? 0) + balance;
    const { data: trials } = await read('/admin/ledger/trial-balance');
    const trial = trials.find(({ currency }: { currency: string }) => currency === 'USD');
    for (const { account, balance } of trial.accounts)
      expect([account, sums[account]]).toEqual([account, balance]);

    const owed = await read(`/admin/ledger/accounts?vendorId=${first.vendorId}&name=vendor:available`);
    expect(owed.data).toEqual([
      {
        id: expect.any(String),
        account: 'vendor:available',
        vendorId: first.vendorId,
        currency: 'USD',
        balance: -4_000,
      },
    ]);
    expect((await read('/admin/ledger/accounts?currency=EUR')).data).toEqual([]);
    const [balance] = (await read('/admin/ledger/accounts?name=gateway:balance')).data;
    expect(balance).not.toHaveProperty('vendorId');
  });

  it.each([
    ['journals?kind=payment.lost', 'kind'],
    ['journals?account=vendor:savings', 'account'],
    ['journals?from=2027-02-30', 'from'],
    ['journals?from=2027-01-02&to=2027-01-01', 'to'],
    ['accounts?currency=XXX', 'currency'],
    ['accounts?name=balance', 'name'],
  ])('refuse %s', async (path, field) => {
    expect(await payouts.asAdmin('GET', `/admin/ledger/${path}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    });
  });

  describe('as a vendor’s statement', () => {
    interface Movement {
      kind: string;
      account: string;
      bookingId: string | null;
      bookingReference?: string;
      amount: { amount: number };
    }
    const statement = (of: Earned, query = '') => `/vendors/${of.vendorId}/statement${query}`;
    const told = (movements: Movement[]) =>
      movements.map(({ kind, account, amount }) => `${kind} ${account} ${amount.amount}`);

    it('tells what each account gained and lost, newest first', async () => {
      const movements = await walk<Movement>(statement(second), second.vendor);
      expect(movements).toEqual((await read(statement(second, '?limit=100'), second.vendor)).data);
      expect(told(movements).toSorted()).toEqual(
        [
          'payment.succeeded pending 16000',
          'booking.released pending -16000',
          'booking.released available 16000',
          'payout.submitted available -16000',
          'payout.submitted inTransit 16000',
          'payout.paid inTransit -16000',
        ].toSorted(),
      );
      const { reference } = await payouts.house.booking(second);
      for (const { kind, bookingId, bookingReference } of movements) {
        const ofBooking = !kind.startsWith('payout.');
        expect([bookingId, bookingReference]).toEqual(ofBooking ? [second.id, reference] : [null, undefined]);
      }
    });

    it('adds up to the balance', async () => {
      const movements = (await read(statement(first, '?limit=100'), first.vendor)).data as Movement[];
      const sum = (account: string) =>
        movements.reduce((total, move) => total + (move.account === account ? move.amount.amount : 0), 0);
      const [balance] = await payouts.balances(first);
      expect(balance).toEqual({
        currency: 'USD',
        pending: sum('pending'),
        available: sum('available'),
        inTransit: sum('inTransit'),
        onHold: sum('disputeHold'),
        paid: 0,
      });
      expect(balance).toMatchObject({ pending: 0, available: 4_000 });
    });

    it('is of a booking, a currency and a time', async () => {
      const of = async (query: string) => told((await read(statement(first, query), first.vendor)).data);
      const day = payouts.house.clock.now().toISOString().slice(0, 10);
      expect(await of(`?from=${day}`)).toEqual(['refund.created available -4000']);
      expect(await of(`?to=${day}`)).toHaveLength(3);
      expect(await of(`?bookingId=${first.id}`)).toHaveLength(4);
      expect(await of(`?bookingId=${second.id}`)).toEqual([]);
      expect(await of('?currency=EUR')).toEqual([]);
    });

    it('is for its members and admins; to anyone else there is no such vendor', async () => {
      const status = async (actor: Actor) =>
        (await payouts.house.request(actor, 'GET', statement(first))).status;
      expect(await status(first.vendor)).toBe(200);
      expect(await status(payouts.admin)).toBe(200);
      expect(await status(second.vendor)).toBe(404);
      expect(await status(first.traveller)).toBe(404);
    });

    it('shows what a dispute froze, as the balance does', async () => {
      const booking = await payouts.house.book();
      await payouts.house.pay(booking, 'pm_dispute');
      await payouts.house.settle();
      const movements = (await read(`/vendors/${booking.vendorId}/statement`, booking.vendor)).data;
      expect(told(movements).toSorted()).toEqual([
        'dispute.withdrawn disputeHold 8000',
        'dispute.withdrawn pending -8000',
        'payment.succeeded pending 8000',
      ]);
      expect(await payouts.balances(booking)).toMatchObject([{ pending: 0, onHold: 8_000 }]);
    });
  });
});
