import { money } from '@app/kernel';
import { credit, debit, movementsOf, type JournalEntry, type Line } from './journal-entry.js';

const usd = (amount: number) => money(amount, 'USD');
const entry = (...lines: Line[]): JournalEntry => ({
  kind: 'payment.succeeded',
  sourceType: 'payment',
  sourceId: '01930000-0000-7000-8000-000000000001',
  occurredAt: new Date('2027-01-01T00:00:00Z'),
  lines,
});

describe('movementsOf', () => {
  it('signs debits positive and credits negative', () => {
    const lines = [
      debit('gateway:balance', usd(100)),
      credit({ name: 'vendor:pending', vendorId: 'v1' }, usd(100)),
    ];
    expect(movementsOf(entry(...lines))).toEqual([
      { name: 'gateway:balance', vendorId: null, currency: 'USD', amount: 100 },
      { name: 'vendor:pending', vendorId: 'v1', currency: 'USD', amount: -100 },
    ]);
  });

  it('sums the lines of one account, and leaves out what comes to nothing', () => {
    const lines = [
      debit('gateway:balance', usd(60)),
      debit('gateway:balance', usd(40)),
      credit('commission:deferred', usd(100)),
      debit('platform:losses', usd(5)),
      credit('platform:losses', usd(5)),
      credit('commission:revenue', usd(0)),
    ];
    expect(movementsOf(entry(...lines)).map(({ name, amount }) => [name, amount])).toEqual([
      ['commission:deferred', -100],
      ['gateway:balance', 100],
    ]);
  });

  it('keeps vendors and currencies apart', () => {
    const lines = ['v1', 'v2'].flatMap((vendorId) => [
      debit({ name: 'vendor:available', vendorId }, usd(10)),
      credit({ name: 'vendor:in_transit', vendorId }, usd(10)),
    ]);
    const inEuro = [debit('fx:clearing', money(9, 'EUR')), credit('gateway:balance', money(9, 'EUR'))];
    expect(movementsOf(entry(...lines, ...inEuro))).toHaveLength(6);
  });

  it('refuses lines that balance only across currencies, naming what is wrong', () => {
    const lines = [debit('gateway:balance', usd(10)), credit('commission:deferred', money(10, 'EUR'))];
    expect(() => movementsOf(entry(...lines))).toThrow(
      'payment.succeeded of payment 01930000-0000-7000-8000-000000000001 does not sum to zero: 10 USD too much on the debit side',
    );
  });

  it('takes a vendor for vendor accounts alone, which the compiler demands', () => {
    // @ts-expect-error a vendor's account without its vendor
    debit('vendor:pending', usd(1));
    // @ts-expect-error a platform account with a vendor
    debit({ name: 'gateway:balance', vendorId: 'v1' }, usd(1));
    // @ts-expect-error an account that is not in the books
    debit('gateway:blance', usd(1));
    const line = debit({ name: 'vendor:pending', vendorId: 'v1' }, usd(1));
    expect(line.account).toEqual({ name: 'vendor:pending', vendorId: 'v1' });
  });
});
