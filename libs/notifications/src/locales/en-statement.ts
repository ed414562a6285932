import type { JournalKind } from '@app/ledger';
import type { Format } from '../letters/format.js';
import type { Statement, StatementLine } from '../letters/letter.js';
import type { PaidFor, PayoutFacts } from '../letters/payout-facts.js';

/** In a vendor's words. Those that are never his own are named too: a new kind does not compile until somebody has named it. */
const MOVEMENTS: Readonly<Record<JournalKind, string>> = {
  'payment.succeeded': 'Payment',
  'payment.gateway_fee': 'Payment fee',
  'payment.converted': 'Conversion',
  'refund.created': 'Refund',
  'refund.settled': 'Refund',
  'refund.converted': 'Conversion',
  'refund.failed_later': 'Refund that came back',
  'refund.abandoned': 'Refund that was given up',
  'booking.released': 'Booking',
  'payout.submitted': 'Payout',
  'payout.paid': 'Payout',
  'payout.failed': 'Payout that failed',
  'payout.returned': 'Payout that came back',
  'dispute.withdrawn': 'Dispute',
  'dispute.won': 'Dispute won',
  'dispute.lost': 'Dispute lost',
  'dispute.converted': 'Conversion',
  'balance.written_off': 'Debt written off',
};

export function statementInEnglish(payout: PayoutFacts, format: Format): Statement {
  const { lines, others, carriedOver, amount } = payout;
  return {
    lines: [
      ...lines.map((line) => movement(line, format)),
      ...(others.count > 0
        ? [{ label: `${others.count} more`, hint: 'in your account', amount: format.money(others.amount) }]
        : []),
      ...(carriedOver.amount !== 0
        ? [{ label: 'Left for the next payout', amount: format.money(carriedOver) }]
        : []),
    ],
    total: { label: 'Paid out', amount: format.money(amount) },
  };
}

function movement({ kind, reference, occurredAt, amount }: PaidFor, format: Format): StatementLine {
  return {
    label: reference === null ? MOVEMENTS[kind] : `${MOVEMENTS[kind]} ${reference}`,
    hint: format.day(occurredAt),
    amount: format.money(amount),
  };
}
