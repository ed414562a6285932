import type { PlatformAccount, VendorAccount } from './accounts.js';
import type { JournalKind, SourceType } from './journal-entry.js';

interface Shape {
  readonly source: SourceType;
  /** Every account that it may touch. */
  readonly accounts: readonly (PlatformAccount | VendorAccount)[];
}

const SHARES = ['vendor:pending', 'vendor:available', 'commission:deferred', 'commission:revenue'] as const;
const CONVERSION = ['gateway:balance', 'fx:clearing'] as const;

/** What each kind of journal is of, and which accounts it may touch: what else it did would be a mistake, however well it balances. */
export const JOURNAL_SHAPES: Readonly<Record<JournalKind, Shape>> = {
  'payment.succeeded': {
    source: 'payment',
    accounts: ['gateway:balance', 'vendor:pending', 'commission:deferred'],
  },
  'payment.gateway_fee': { source: 'payment', accounts: ['platform:gateway_fees', 'gateway:balance'] },
  'payment.converted': { source: 'payment', accounts: CONVERSION },
  'refund.created': { source: 'refund', accounts: [...SHARES, 'refunds:in_flight'] },
  'refund.settled': { source: 'refund', accounts: ['refunds:in_flight', 'gateway:balance'] },
  'refund.converted': { source: 'refund', accounts: CONVERSION },
  'refund.failed_later': { source: 'refund', accounts: ['refunds:in_flight', 'gateway:balance'] },
  'refund.abandoned': { source: 'refund', accounts: [...SHARES, 'refunds:in_flight'] },
  'booking.released': { source: 'booking', accounts: SHARES },
  'payout.submitted': { source: 'payout', accounts: ['vendor:available', 'vendor:in_transit'] },
  'payout.paid': { source: 'payout', accounts: ['vendor:in_transit', 'gateway:balance'] },
  'payout.failed': { source: 'payout', accounts: ['vendor:in_transit', 'vendor:available'] },
  'payout.returned': { source: 'payout', accounts: ['gateway:balance', 'vendor:available'] },
  'dispute.withdrawn': {
    source: 'dispute',
    accounts: [
      'dispute:receivable',
      'platform:dispute_fees',
      'gateway:balance',
      'vendor:pending',
      'vendor:available',
      'vendor:dispute_hold',
    ],
  },
  'dispute.won': {
    source: 'dispute',
    accounts: [
      'dispute:receivable',
      'platform:dispute_fees',
      'gateway:balance',
      'vendor:pending',
      'vendor:available',
      'vendor:dispute_hold',
    ],
  },
  'dispute.lost': {
    source: 'dispute',
    accounts: [
      'dispute:receivable',
      'vendor:dispute_hold',
      'commission:deferred',
      'commission:revenue',
      'platform:losses',
    ],
  },
  'dispute.converted': { source: 'dispute', accounts: CONVERSION },
  'balance.written_off': { source: 'write_off', accounts: ['platform:losses', 'vendor:available'] },
};
