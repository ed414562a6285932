import type { ReconciliationReport } from '@app/payouts';
import { reportLines } from './report.js';

const report: ReconciliationReport = {
  ok: true,
  checkedAt: new Date('2027-01-08T04:00:00Z'),
  from: new Date('2027-01-01T04:00:00Z'),
  to: new Date('2027-01-08T04:00:00Z'),
  compared: 12,
  bank: [],
  breaks: [],
  truncated: false,
};
const found = { kind: 'missing-in-books', gatewayId: 're_1', detail: 'the books have nothing' } as const;

describe('the report of a reconciliation', () => {
  it('is one line when all is well', () => {
    expect(reportLines(report)).toEqual([
      '12 payments, refunds, transfers and disputes from 2027-01-01 04:00 to 2027-01-08 04:00: the gateway and the books agree.',
    ]);
  });

  it.each([
    [{ amount: -10_005, currency: 'USD' }, '-100.05 USD'],
    [{ amount: 7, currency: 'USD' }, '+0.07 USD'],
    [{ amount: 1234, currency: 'JPY' }, '+1234 JPY'],
    [{ amount: -1230, currency: 'KWD' }, '-1.230 KWD'],
  ])('names a break of %j in major units', (amount, text) => {
    const [summary, line] = reportLines({ ...report, ok: false, breaks: [{ ...found, amount }] });
    expect(summary).toContain('1 break.');
    expect(line).toBe(`  missing-in-books    ${text}  re_1: the books have nothing`);
  });

  it('names the payment, and says when there is more', () => {
    const breaks = [{ ...found, paymentId: 'p1', amount: { amount: 1, currency: 'USD' } }];
    const lines = reportLines({ ...report, ok: false, breaks, truncated: true });
    expect(lines[0]).toContain('more than 1 break.');
    expect(lines[1]).toContain('re_1 (payment p1)');
    expect(lines).toHaveLength(3);
  });
});
