import type { Money } from '@app/kernel';
import { credit, debit, type JournalEntry, type JournalKind, type Line } from './journal-entry.js';

interface OfPayout {
  readonly payoutId: string;
  readonly vendorId: string;
  readonly amount: Money;
  /** Which submission, failure or return of the payout this is, from 1. */
  readonly occurrence: number;
  readonly occurredAt: Date;
}

/** A vendor's balance is on its way. Debit vendor:available; credit vendor:in_transit. */
export function payoutSubmitted(payout: OfPayout): JournalEntry {
  const { vendorId, amount } = payout;
  return ofPayout('payout.submitted', payout, [
    debit({ name: 'vendor:available', vendorId }, amount),
    credit({ name: 'vendor:in_transit', vendorId }, amount),
  ]);
}

/** The gateway has it no more. Debit vendor:in_transit; credit gateway:balance. */
export function payoutPaid(payout: OfPayout): JournalEntry {
  const { vendorId, amount } = payout;
  return ofPayout('payout.paid', payout, [
    debit({ name: 'vendor:in_transit', vendorId }, amount),
    credit('gateway:balance', amount),
  ]);
}

/** The gateway refused it. Debit vendor:in_transit; credit vendor:available. */
export function payoutFailed(payout: OfPayout): JournalEntry {
  const { vendorId, amount } = payout;
  return ofPayout('payout.failed', payout, [
    debit({ name: 'vendor:in_transit', vendorId }, amount),
    credit({ name: 'vendor:available', vendorId }, amount),
  ]);
}

/** It came back, or was fetched back. Debit gateway:balance; credit vendor:available. `amount` is what came back this time. */
export function payoutReturned(payout: OfPayout): JournalEntry {
  const { vendorId, amount } = payout;
  return ofPayout('payout.returned', payout, [
    debit('gateway:balance', amount),
    credit({ name: 'vendor:available', vendorId }, amount),
  ]);
}

/** The platform gives up what a vendor owes it. Debit platform:losses; credit vendor:available. */
export function balanceWrittenOff(writeOff: {
  readonly writeOffId: string;
  readonly vendorId: string;
  /** Positive: what the balance was below zero. */
  readonly amount: Money;
  readonly occurredAt: Date;
}): JournalEntry {
  const { writeOffId, vendorId, amount, occurredAt } = writeOff;
  return {
    kind: 'balance.written_off',
    sourceType: 'write_off',
    sourceId: writeOffId,
    occurredAt,
    lines: [debit('platform:losses', amount), credit({ name: 'vendor:available', vendorId }, amount)],
  };
}

function ofPayout(
  kind: JournalKind,
  { payoutId, occurrence, occurredAt }: OfPayout,
  lines: Line[],
): JournalEntry {
  return { kind, sourceType: 'payout', sourceId: payoutId, occurrence, occurredAt, lines };
}
