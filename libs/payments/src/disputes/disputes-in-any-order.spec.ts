import fc from 'fast-check';
import { BankDispute } from '../../../../test/support/bank.js';
import { PaymentsApp, type SoldBooking } from '../../../../test/support/payments-app.js';
import { expectOk } from '../../../../test/support/shop.js';
import { DISPUTE_STATUSES } from './dispute.entity.js';

const DAY_MS = 86_400_000;

const step = fc.oneof(
  fc.record({
    does: fc.constantFrom('refund' as const, 'dispute' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    does: fc.constant('bank' as const),
    which: fc.nat(),
    says: fc.constantFrom(...DISPUTE_STATUSES),
  }),
  fc.record({ does: fc.constant('abandon' as const) }),
  fc.record({
    does: fc.constantFrom('complete' as const, 'cancel' as const, 'call off' as const, 'work' as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const stories = fc.record({
  total: fc.integer({ min: 7, max: 20_000 }),
  paymentMethod: fc.constantFrom('pm_ok', 'pm_ok', 'pm_refund_fails'),
  steps: fc.array(step, { minLength: 3, maxLength: 12 }),
  verdicts: fc.array(fc.constantFrom('won' as const, 'lost' as const), { minLength: 12, maxLength: 12 }),
});

/** One booking, its travellers, vendors, banks and admins. */
class Story {
  private readonly disputes: BankDispute[] = [];

  private constructor(
    private readonly house: PaymentsApp,
    readonly booking: SoldBooking & { paymentId: string },
    private readonly total: number,
  ) {}

  static async begin(house: PaymentsApp, total: number, paymentMethod: string): Promise<Story> {
    const booking = await house.book({ total });
    const { id: paymentId } = expectOk(await house.pay(booking, paymentMethod));
    return new Story(house, { ...booking, paymentId }, total);
  }

  async happen(next: Step): Promise<void> {
    const { id, traveller, vendor, paymentId } = this.booking;
    const act = (who: typeof vendor, what: string, body: object = {}) => this.ask(who, what, body);
    if (next.does === 'refund') return this.refund(Math.ceil(next.share * this.total));
    if (next.does === 'dispute') {
      this.disputes.push(
        new BankDispute(this.house.app, paymentId, Math.max(1, Math.ceil(next.share * this.total))),
      );
      await this.disputes.at(-1)!.becomes('open');
    }
    if (next.does === 'bank') await this.disputes[next.which % this.disputes.length]?.becomes(next.says);
    if (next.does === 'abandon') await this.abandon();
    if (next.does === 'complete') {
      this.house.clock.advance(31 * DAY_MS);
      await act(vendor, `/bookings/${id}/complete`);
    }
    if (next.does === 'cancel') await act(traveller, `/bookings/${id}/cancel`);
    if (next.does === 'call off') await act(vendor, `/bookings/${id}/cancel`);
    if (next.does === 'work') await this.house.settle();
  }

  /** Every bank decides, the departure takes place, and what the vendor has left goes back. */
  async end(verdicts: readonly ('won' | 'lost')[]): Promise<void> {
    for (const [index, dispute] of this.disputes.entries()) await dispute.becomes(verdicts[index]!);
    await this.house.settle();
    await this.happen({ does: 'complete' });
    await this.house.settle();
  }

  async refund(amount?: number): Promise<void> {
    await this.ask(this.booking.vendor, `/payments/${this.booking.paymentId}/refund`, {
      reason: 'It rained',
      ...(amount !== undefined && { amount: { amount, currency: 'USD' } }),
    });
  }

  /** What both have of the booking, by the books; and what they should, by the records. */
  async shares(): Promise<{ vendor: number; platform: number; due: number }> {
    const books = await this.house.books(this.booking);
    const has = (prefix: string) =>
      Object.entries(books).reduce(
        (sum, [name, balance]) => sum - (name.startsWith(prefix) ? balance : 0),
        0,
      );
    const [{ due }] = await this.house.dataSource.query<[{ due: number }]>(
      `SELECT (paid - refund_committed - coalesce((
         SELECT sum(vendor_share + commission_share) FROM disputes WHERE booking_id = bookings.id AND status = 'lost'
       ), 0))::int AS due FROM bookings WHERE id = $1`,
      [this.booking.id],
    );
    return { vendor: has('vendor:'), platform: has('commission:'), due };
  }

  private async abandon(): Promise<void> {
    const [failed] = await this.house.dataSource.query<{ id: string }[]>(
      `SELECT id FROM refunds WHERE payment_id = $1 AND status = 'failed' ORDER BY id LIMIT 1`,
      [this.booking.paymentId],
    );
    const admin = await this.house.createUser('admin');
    if (failed) await this.ask(admin, `/admin/refunds/${failed.id}/abandon`, { reason: 'Paid in cash' });
  }

  /** Whatever the state forbids is refused; nothing else goes wrong. */
  private async ask(who: SoldBooking['vendor'], what: string, body: object): Promise<void> {
    const { status, body: answer } = await this.house.request(who, 'POST', what, body);
    if (![200, 201, 409, 422].includes(status))
      throw new Error(`${what}: ${status} ${JSON.stringify(answer)}`);
  }
}

/** On a real PostgreSQL, with the mock gateway. */
describe('Disputes, refunds, completion and cancellation in any order', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterAll(() => house.close());

  it('leave nothing waiting, take from each its share, and give back exactly what was paid', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ total, paymentMethod, steps, verdicts }) => {
        const story = await Story.begin(house, total, paymentMethod);
        for (const each of steps) {
          await story.happen(each);
          const { vendor, platform, due } = await story.shares();
          expect(vendor + platform).toBe(due);
          expect(Math.min(vendor, platform)).toBeGreaterThanOrEqual(0);
        }
        await house.requireSound();
        await story.end(verdicts);
        await house.requireSound();

        const books = await house.books(story.booking);
        const waiting = [
          'dispute:receivable',
          'vendor:dispute_hold',
          'vendor:pending',
          'commission:deferred',
        ];
        expect(waiting.filter((account) => account in books)).toEqual([]);

        await story.refund();
        await house.settle();
        expect(await story.shares()).toEqual({ vendor: 0, platform: 0, due: 0 });
        await house.requireSound();
      }),
      { numRuns: 12 },
    );
  }, 300_000);
});
