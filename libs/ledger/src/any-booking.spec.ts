import { currency, floorToStep, money } from '@app/kernel';
import fc from 'fast-check';
import { commissionOf, commissionReversed } from './commission.js';
import { disputeLost, disputeWithdrawn, disputeWon } from './dispute-journals.js';
import { movementsOf, type JournalEntry } from './journal-entry.js';
import {
  gatewayFee,
  paymentSucceeded,
  refundAbandoned,
  refundCreated,
  refundFailedLater,
  refundSettled,
  releaseRemaining,
} from './journals.js';
import { payoutPaid, payoutReturned, payoutSubmitted } from './payout-journals.js';

const occurredAt = new Date('2027-01-01T00:00:00Z');
const FATES = ['settled', 'settled', 'failed later', 'abandoned'] as const;
const OUTCOMES = ['won', 'lost'] as const;

type Fate = (typeof FATES)[number];

/** One booking's money from its first cent to its last, in memory: every account a sum of what the journals say. */
class Life {
  private readonly accounts = new Map<string, number>();
  private number = 0;
  private over = false;
  private taken = { amount: 0, commission: 0 };
  readonly commission: number;

  constructor(
    private readonly code: string,
    readonly captured: number,
    bps: number,
  ) {
    this.commission = commissionOf(captured, bps);
    const payment = { paymentId: 'p', bookingId: 'b', occurredAt };
    this.post(
      paymentSucceeded({
        ...payment,
        vendorId: 'v',
        amount: money(captured, code),
        commission: this.commission,
      }),
    );
    this.post(gatewayFee({ ...payment, fee: money(captured % 7, code) }));
  }

  of(account: string): number {
    return this.accounts.get(account) ?? 0;
  }

  get total(): number {
    return [...this.accounts.values()].reduce((sum, balance) => sum + balance, 0);
  }

  get left(): number {
    return this.captured - this.taken.amount;
  }

  /** What the vendor and the platform still have of the booking. */
  get shares(): number {
    const held = ['vendor:pending', 'vendor:available', 'commission:deferred', 'commission:revenue'];
    return held.reduce((sum, account) => sum - this.of(account), 0);
  }

  refund(amount: number, fate: Fate): void {
    const commission = this.commissionOfNext(amount);
    const of = { refundId: `r${(this.number += 1)}`, bookingId: 'b', occurredAt };
    const shared = { vendorId: 'v', amount: money(amount, this.code), commission };
    this.post(refundCreated({ ...of, ...shared, remaining: this.remaining }));
    if (fate !== 'abandoned') this.post(refundSettled({ ...of, ...shared }));
    if (fate === 'failed later') this.post(refundFailedLater({ ...of, ...shared }));
    if (fate === 'settled') this.take(amount, commission);
    else this.post(refundAbandoned({ ...of, ...shared, over: this.over }));
  }

  dispute(amount: number, outcome: (typeof OUTCOMES)[number]): void {
    const share = Math.min(amount, this.left);
    const commissionShare = this.commissionOfNext(share);
    const vendorShare = share - commissionShare;
    const of = {
      disputeId: `d${(this.number += 1)}`,
      bookingId: 'b',
      vendorId: 'v',
      vendorShare,
      occurredAt,
    };
    const dispute = { ...of, amount: money(amount, this.code) };
    this.post(disputeWithdrawn({ ...dispute, fee: money(15, this.code), remaining: this.remaining }));
    if (outcome === 'won') {
      this.post(disputeWon({ ...dispute, over: this.over, feeReturned: money(0, this.code) }));
      return;
    }
    this.post(disputeLost({ ...dispute, commissionShare, remaining: this.remaining }));
    this.take(share, commissionShare);
  }

  complete(): void {
    if (this.over) return;
    this.over = true;
    this.post(releaseRemaining({ bookingId: 'b', vendorId: 'v', remaining: this.remaining, occurredAt }));
  }

  /** Paid out when there is something to pay, and fetched back. */
  payOutAndBack(): void {
    const amount = money(Math.max(0, -this.of('vendor:available')), this.code);
    const of = { payoutId: `o${(this.number += 1)}`, vendorId: 'v', amount, occurrence: 1, occurredAt };
    for (const journal of [payoutSubmitted, payoutPaid, payoutReturned]) this.post(journal(of));
  }

  private commissionOfNext(amount: number): number {
    return commissionReversed({
      commission: this.commission,
      captured: this.captured,
      refundedToDate: this.taken.amount + amount,
      alreadyReversed: this.taken.commission,
    });
  }

  private take(amount: number, commission: number): void {
    this.taken = { amount: this.taken.amount + amount, commission: this.taken.commission + commission };
  }

  private get remaining() {
    return {
      currency: this.code,
      vendorPending: 0 - this.of('vendor:pending'),
      commissionDeferred: 0 - this.of('commission:deferred'),
    };
  }

  /** `movementsOf` throws when a journal does not balance. */
  private post(entry: JournalEntry): void {
    for (const { name, amount } of movementsOf(entry)) this.accounts.set(name, this.of(name) + amount);
  }
}

/** One currency of every exponent that ISO 4217 has, and of both steps. */
const CODES = ['JPY', 'ISK', 'UGX', 'USD', 'EUR', 'KWD', 'TND'];
const TRANSIENT = [
  'vendor:pending',
  'commission:deferred',
  'refunds:in_flight',
  'vendor:in_transit',
  'dispute:receivable',
  'vendor:dispute_hold',
];

const life = fc.record({
  code: fc.constantFrom(...CODES),
  captured: fc.integer({ min: 1, max: 9_999_999_999 }),
  bps: fc.integer({ min: 0, max: 10_000 }),
});
const step = fc.oneof(
  fc.record({ do: fc.constant('refund' as const), cut: fc.nat(), fate: fc.constantFrom(...FATES) }),
  fc.record({ do: fc.constant('dispute' as const), cut: fc.nat(), outcome: fc.constantFrom(...OUTCOMES) }),
  fc.record({ do: fc.constant('complete' as const) }),
  fc.record({ do: fc.constant('payout' as const) }),
);

describe('any booking', () => {
  it('is among currencies of every exponent', () => {
    expect(new Set(CODES.map((code) => currency(code).exponent))).toEqual(new Set([0, 2, 3]));
  });

  it('shares out all that was captured, and not a cent more', () => {
    fc.assert(
      fc.property(life, ({ code, captured, bps }) => {
        const booking = new Life(code, captured, bps);
        expect(booking.of('vendor:pending') + booking.of('commission:deferred')).toBe(-captured);
        expect([booking.shares, booking.total]).toEqual([captured, 0]);
      }),
    );
  });

  it('refunded in any parts, before or after it was completed, gives back exactly its commission', () => {
    const parts = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(life, parts, fc.nat({ max: 8 }), ({ code, captured, bps }, cuts, completedAfter) => {
        const booking = new Life(code, captured, bps);
        cuts.forEach((cut, index) => {
          if (index === completedAfter) booking.complete();
          const amount = floorToStep(cut % booking.left, code);
          if (amount > 0) booking.refund(amount, 'settled');
        });
        booking.refund(booking.left, 'settled');
        const commission = booking.of('commission:deferred') + booking.of('commission:revenue');
        const vendor = booking.of('vendor:pending') + booking.of('vendor:available');
        expect([commission, vendor, booking.shares, booking.total]).toEqual([0, 0, 0, 0]);
      }),
    );
  });

  it('comes to rest, whatever befalls it: nothing is left on the accounts that money only passes through', () => {
    fc.assert(
      fc.property(life, fc.array(step, { maxLength: 12 }), ({ code, captured, bps }, steps) => {
        const booking = new Life(code, captured, bps);
        for (const taken of steps) {
          if (taken.do === 'complete') booking.complete();
          else if (taken.do === 'payout') booking.payOutAndBack();
          else if (taken.do === 'dispute') booking.dispute(1 + (taken.cut % captured), taken.outcome);
          else if (booking.left > 0) booking.refund(1 + (taken.cut % booking.left), taken.fate);
          expect(booking.total).toBe(0);
        }
        booking.complete();
        expect(TRANSIENT.map((account) => booking.of(account))).toEqual(TRANSIENT.map(() => 0));
        expect(booking.shares).toBe(booking.left);
      }),
    );
  });
});
