import { newId } from '@app/kernel';
import { PaymentGateway } from '@app/payments';
import fc from 'fast-check';
import { PayoutsHouse, type Earned } from '../../../../test/support/payouts-house.js';

const BOOKINGS = 4;
const RUNS = 5;

/** What the gateway does with the next transfer: `lost` is carried out and not told, `void` neither. */
type Mood = 'well' | 'refuses' | 'lost' | 'void';

/** What people do at the same time; `which` is one of the vendor's bookings or payouts. */
interface Deed {
  readonly what: 'complete' | 'refund' | 'run' | 'retry' | 'reverse' | 'write-off' | 'recover';
  readonly which: number;
}

const deed = fc.record<Deed>({
  what: fc.constantFrom('complete', 'refund', 'run', 'run', 'retry', 'reverse', 'write-off', 'recover'),
  which: fc.nat(BOOKINGS - 1),
});
const story = fc.record({
  rounds: fc.array(fc.array(deed, { minLength: 2, maxLength: 6 }), { minLength: 2, maxLength: 5 }),
  moods: fc.array(fc.constantFrom<Mood>('well', 'well', 'refuses', 'lost', 'void'), { maxLength: 12 }),
});

/** On a real PostgreSQL, with the mock gateway. */
describe('Payouts while everything else goes on', () => {
  let payouts: PayoutsHouse;
  let gateway: PaymentGateway;
  let transferReally: PaymentGateway['transfer'];

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    gateway = payouts.house.app.get(PaymentGateway);
    transferReally = gateway.transfer.bind(gateway);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => payouts.house.close());

  const moody = (moods: Mood[]) =>
    jest.spyOn(gateway, 'transfer').mockImplementation(async (transfer) => {
      const mood = moods.shift() ?? 'well';
      if (mood === 'refuses') {
        const failure = { code: 'account_closed', message: 'The account is closed.', retryable: false };
        return { status: 'failed', failure };
      }
      if (mood === 'void') return { status: 'unknown' };
      const outcome = await transferReally(transfer);
      return mood === 'lost' ? { status: 'unknown' } : outcome;
    });

  /** Answers 409 where it comes too early or too late; never anything worse. */
  const act = async (vendor: Earned, sales: Earned[], { what, which }: Deed): Promise<number> => {
    const sale = sales[which]!;
    const order = { vendorId: vendor.vendorId, period: 'weekly', force: true };
    const post = async (path: string, body?: object) => (await payouts.asAdmin('POST', path, body)).status;
    const ofPayout = async (path: string, body?: object) => {
      const made = await payouts.payouts(vendor);
      return made.length === 0 ? 200 : post(`/admin/payouts/${made[which % made.length].id}/${path}`, body);
    };
    switch (what) {
      case 'complete':
        return (await payouts.house.request(sale.vendor, 'POST', `/bookings/${sale.id}/complete`)).status;
      case 'refund':
        return (await payouts.refund(sale, 3_333)).status;
      case 'run':
        return post('/admin/payouts/run', order);
      case 'retry':
        return ofPayout('retry');
      case 'reverse':
        return ofPayout('reverse', { reason: 'Wrong account' });
      case 'write-off':
        return post(`/admin/vendors/${vendor.vendorId}/balance/write-off`, {
          currency: 'USD',
          reason: 'Closed',
        });
      case 'recover':
        await payouts.recover();
        return 200;
    }
  };

  /** What the vendor has at the gateway. */
  const received = async ({ vendorId }: Earned): Promise<number> => {
    const [row] = await payouts.house.dataSource.query<[{ received: number }]>(
      `SELECT coalesce(sum(amount - reversed), 0)::int AS received FROM mock_gateway_transfers WHERE metadata->>'vendorId' = $1`,
      [vendorId],
    );
    return row.received;
  };

  it('pay what was available, each posting once, in whatever order it happens', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ rounds, moods }) => {
        const vendor = await payouts.sell();
        const sales = [vendor];
        while (sales.length < BOOKINGS) sales.push(await payouts.sell({ of: vendor }));
        payouts.house.clock.advance(60_000);
        moody([...moods]);
        for (const round of rounds) {
          const answers = await Promise.all(round.map((each) => act(vendor, sales, each)));
          expect(answers.filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
          await payouts.house.requireSound();
        }
        jest.restoreAllMocks();
        await payouts.house.settle();
        await payouts.recover();
        await payouts.recover();
        await payouts.house.requireSound();
        const [balance] = await payouts.balances(vendor);
        expect([balance.inTransit, balance.paid]).toEqual([0, await received(vendor)]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 300_000);

  it('empty the balance again and again while bookings are completed and refunded', async () => {
    const vendor = await payouts.earn();
    const sales = await Promise.all(Array.from({ length: 12 }, () => payouts.sell({ of: vendor })));
    payouts.house.clock.advance(60_000);
    const run = () => payouts.runFor(vendor, { period: 'weekly', force: true });
    const statuses = await Promise.all([
      ...sales.map(async (sale) => {
        await payouts.complete(sale);
        return (await payouts.refund(sale, 1_000)).status;
      }),
      ...Array.from({ length: 12 }, async () => {
        await run();
        return 201;
      }),
    ]);
    expect(new Set(statuses)).toEqual(new Set([201]));
    await payouts.house.requireSound();
    await payouts.runFor(vendor, { period: 'weekly', force: true });
    const [balance] = await payouts.balances(vendor);
    const earned = 8_000 + sales.length * (8_000 - 800);
    expect(balance.available + balance.paid).toBe(earned);
    expect(balance.paid).toBe(await received(vendor));
  }, 300_000);

  it('made twice with one key at once are one run', async () => {
    const vendor = await payouts.earn();
    const key = { 'idempotency-key': newId() };
    const order = { vendorId: vendor.vendorId, period: 'weekly', force: true };
    const runs = await Promise.all([1, 2, 3].map(() => payouts.run(order, key)));
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(1);
    expect(await payouts.payouts(vendor)).toHaveLength(1);
    expect(await received(vendor)).toBe(8_000);
  });
});
