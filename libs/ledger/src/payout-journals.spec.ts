import { money } from '@app/kernel';
import { movementsOf, type JournalEntry } from './journal-entry.js';
import {
  balanceWrittenOff,
  payoutFailed,
  payoutPaid,
  payoutReturned,
  payoutSubmitted,
} from './payout-journals.js';

const occurredAt = new Date('2027-01-08T00:00:00Z');
const payout = { payoutId: 'o1', vendorId: 'v1', amount: money(8000, 'USD'), occurrence: 1, occurredAt };

/** Debit positive, credit negative, by account. */
const amounts = (entry: JournalEntry) =>
  Object.fromEntries(movementsOf(entry).map(({ name, amount }) => [name, amount]));

describe('the books of a payout of 80.00', () => {
  it.each<[string, JournalEntry, Record<string, number>]>([
    ['submitted', payoutSubmitted(payout), { 'vendor:available': 8000, 'vendor:in_transit': -8000 }],
    ['paid', payoutPaid(payout), { 'vendor:in_transit': 8000, 'gateway:balance': -8000 }],
    ['failed', payoutFailed(payout), { 'vendor:in_transit': 8000, 'vendor:available': -8000 }],
    ['returned', payoutReturned(payout), { 'gateway:balance': 8000, 'vendor:available': -8000 }],
  ])('%s', (what, entry, expected) => {
    expect(amounts(entry)).toEqual(expected);
    expect(entry).toMatchObject({ kind: `payout.${what}`, sourceType: 'payout', sourceId: 'o1', occurredAt });
    expect(entry.bookingId).toBeUndefined();
  });

  it('tell one attempt from the next', () => {
    expect(payoutSubmitted({ ...payout, occurrence: 2 }).occurrence).toBe(2);
  });

  it('move the accounts of its vendor, and of no other', () => {
    const vendors = [payoutSubmitted, payoutPaid, payoutFailed, payoutReturned].flatMap((journal) =>
      movementsOf(journal(payout)).flatMap(({ vendorId }) => vendorId ?? []),
    );
    expect(new Set(vendors)).toEqual(new Set(['v1']));
  });
});

it('a negative balance written off is the platform’s loss', () => {
  const writeOff = { writeOffId: 'w1', vendorId: 'v1', amount: money(8000, 'USD'), occurredAt };
  const entry = balanceWrittenOff(writeOff);
  expect(amounts(entry)).toEqual({ 'platform:losses': 8000, 'vendor:available': -8000 });
  expect(entry).toMatchObject({ kind: 'balance.written_off', sourceType: 'write_off', sourceId: 'w1' });
});
