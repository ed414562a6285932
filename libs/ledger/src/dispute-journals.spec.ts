import { money } from '@app/kernel';
import { disputeLost, disputeWithdrawn, disputeWon } from './dispute-journals.js';
import { movementsOf, type JournalEntry } from './journal-entry.js';

const usd = (amount: number) => money(amount, 'USD');
const remaining = { currency: 'USD', vendorPending: 8000, commissionDeferred: 2000 };
const dispute = {
  disputeId: 'd1',
  bookingId: 'b1',
  vendorId: 'v1',
  amount: usd(10_000),
  vendorShare: 8000,
  occurredAt: new Date('2027-02-01T00:00:00Z'),
};

/** Debit positive, credit negative, by account; amounts of another currency than USD say so. */
const amounts = (entry: JournalEntry) =>
  Object.fromEntries(
    movementsOf(entry).map(({ name, amount, currency }) => [
      currency === 'USD' ? name : `${name} ${currency}`,
      amount,
    ]),
  );

describe('the books of a dispute over 100.00, with a fee of 15.00', () => {
  const withdrawn = { ...dispute, fee: usd(1500), remaining };

  it.each<[string, JournalEntry, Record<string, number>]>([
    [
      'withdrawn before completion',
      disputeWithdrawn(withdrawn),
      {
        'dispute:receivable': 10_000,
        'platform:dispute_fees': 1500,
        'gateway:balance': -11_500,
        'vendor:pending': 8000,
        'vendor:dispute_hold': -8000,
      },
    ],
    [
      'withdrawn after completion',
      disputeWithdrawn({ ...withdrawn, remaining: undefined }),
      {
        'dispute:receivable': 10_000,
        'platform:dispute_fees': 1500,
        'gateway:balance': -11_500,
        'vendor:available': 8000,
        'vendor:dispute_hold': -8000,
      },
    ],
    [
      'withdrawn, most of the payment having been refunded',
      disputeWithdrawn({ ...withdrawn, vendorShare: 1600, remaining: { ...remaining, vendorPending: 1600 } }),
      {
        'dispute:receivable': 10_000,
        'platform:dispute_fees': 1500,
        'gateway:balance': -11_500,
        'vendor:pending': 1600,
        'vendor:dispute_hold': -1600,
      },
    ],
    [
      'withdrawn, the fee kept in another currency',
      disputeWithdrawn({ ...withdrawn, fee: money(1400, 'EUR') }),
      {
        'dispute:receivable': 10_000,
        'gateway:balance': -10_000,
        'platform:dispute_fees EUR': 1400,
        'gateway:balance EUR': -1400,
        'vendor:pending': 8000,
        'vendor:dispute_hold': -8000,
      },
    ],
    [
      'won before completion, the fee kept',
      disputeWon({ ...dispute, over: false, feeReturned: usd(0) }),
      {
        'gateway:balance': 10_000,
        'dispute:receivable': -10_000,
        'vendor:dispute_hold': 8000,
        'vendor:pending': -8000,
      },
    ],
    [
      'won after completion, the fee returned',
      disputeWon({ ...dispute, over: true, feeReturned: usd(1500) }),
      {
        'gateway:balance': 11_500,
        'dispute:receivable': -10_000,
        'platform:dispute_fees': -1500,
        'vendor:dispute_hold': 8000,
        'vendor:available': -8000,
      },
    ],
    [
      'lost before completion',
      disputeLost({ ...dispute, commissionShare: 2000, remaining }),
      { 'vendor:dispute_hold': 8000, 'commission:deferred': 2000, 'dispute:receivable': -10_000 },
    ],
    [
      'lost after completion',
      disputeLost({ ...dispute, commissionShare: 2000, remaining: undefined }),
      { 'vendor:dispute_hold': 8000, 'commission:revenue': 2000, 'dispute:receivable': -10_000 },
    ],
    [
      'lost, most of the payment having been refunded: the rest is the platform’s loss',
      disputeLost({ ...dispute, vendorShare: 1600, commissionShare: 400, remaining }),
      {
        'vendor:dispute_hold': 1600,
        'commission:deferred': 400,
        'platform:losses': 8000,
        'dispute:receivable': -10_000,
      },
    ],
  ])('%s', (_, entry, expected) => {
    expect(amounts(entry)).toEqual(expected);
    expect(entry).toMatchObject({ sourceType: 'dispute', sourceId: 'd1', bookingId: 'b1' });
  });

  it('name what happened', () => {
    const kinds = [
      disputeWithdrawn(withdrawn),
      disputeWon({ ...dispute, over: false, feeReturned: usd(0) }),
      disputeLost({ ...dispute, commissionShare: 2000, remaining }),
    ].map(({ kind }) => kind);
    expect(kinds).toEqual(['dispute.withdrawn', 'dispute.won', 'dispute.lost']);
  });
});
