import { currency, type Money } from '@app/kernel';
import type { Break, ReconciliationReport } from '@app/payouts';

/** For people: one line that says it all, then one for each break. */
export function reportLines({ ok, from, to, compared, breaks, truncated }: ReconciliationReport): string[] {
  const looked = `${compared} payments, refunds, transfers and disputes from ${toText(from)} to ${toText(to)}`;
  if (ok) return [`${looked}: the gateway and the books agree.`];
  const count = `${truncated ? 'more than ' : ''}${breaks.length} ${breaks.length === 1 ? 'break' : 'breaks'}`;
  return [
    `${looked}: ${count}. Amounts are what the gateway has more than the books.`,
    ...breaks.map((found) => `  ${toLine(found)}`),
    ...(truncated ? ['  ... and more: choose a shorter time with --from and --to.'] : []),
  ];
}

function toLine({ kind, gatewayId, paymentId, amount, detail }: Break): string {
  const of = paymentId === undefined ? gatewayId : `${gatewayId} (payment ${paymentId})`;
  return `${kind.padEnd('missing-at-gateway'.length)}  ${inMajorUnits(amount)}  ${of}: ${detail}`;
}

function inMajorUnits({ amount, currency: code }: Money): string {
  const { exponent } = currency(code);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return `${amount < 0 ? '-' : '+'}${text} ${code}`;
}

const toText = (instant: Date): string => instant.toISOString().replace('T', ' ').slice(0, 16);
