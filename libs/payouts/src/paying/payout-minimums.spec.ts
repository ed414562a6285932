import { ConfigError, loadConfig } from '@app/config';
import { PayoutMinimums } from './payout-minimums.js';

const minimums = (setting: string) => new PayoutMinimums(loadConfig({ PAYOUT_MINIMUM: setting }));

describe('PayoutMinimums', () => {
  it.each([
    ['USD', 5_000],
    ['EUR', 4_500],
    ['GBP', 5_000],
    ['JPY', 7_000],
    ['KRW', 50],
    ['KWD', 50_000],
  ])("in %s are %i for a vendor's 50 dollars: named, or as many major units", (currency, amount) => {
    const vendor = { payoutMinimum: 5_000 };
    expect(minimums('5000,EUR=4500,JPY=7000').of(vendor, currency)).toEqual({ amount, currency });
  });

  it("are the vendor's own in USD, and rounded up where there are no cents", () => {
    expect(minimums('5000').of({ payoutMinimum: 701 }, 'USD').amount).toBe(701);
    expect(minimums('5000').of({ payoutMinimum: 701 }, 'JPY').amount).toBe(8);
    expect(minimums('5000').of({ payoutMinimum: 700 }, 'JPY').amount).toBe(7);
    expect(minimums('5000').of({ payoutMinimum: 0 }, 'JPY').amount).toBe(0);
  });

  it('are refused for a currency that is none', () => {
    expect(() => minimums('5000,ERU=4500')).toThrow(ConfigError);
    expect(() => minimums('5000,ERU=4500')).toThrow('PAYOUT_MINIMUM');
  });
});
