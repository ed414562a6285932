import {
  EnumField,
  InstantField,
  IntegerField,
  MoneyField,
  MoneyView,
  ObjectField,
  PageOf,
  PageQuery,
  SignedMoneyField,
  SignedMoneyView,
  TextField,
  UuidField,
} from '@app/http';
import { money } from '@app/kernel';
import { PAYOUT_STATUSES, type PayoutStatus } from './payout-status.js';
import type { Payout } from './payout.entity.js';
import type { PaidItem } from './payouts.service.js';

export class PayoutQuery extends PageQuery {
  @EnumField(PAYOUT_STATUSES, { optional: true })
  status?: PayoutStatus;
}

export class AllPayoutsQuery extends PayoutQuery {
  @UuidField({ optional: true })
  vendorId?: string;
}

export class PayoutItemQuery extends PageQuery {
  @UuidField({ optional: true, description: 'Only what this payout paid' })
  payoutId?: string;
}

export class ReversePayout {
  @TextField({ max: 500, example: 'Paid to the account of another business' })
  reason: string;
}

export class PayoutFailureView {
  @TextField({ example: 'account_closed' })
  code: string;

  @TextField({ max: 2000, example: 'The account can no longer receive transfers.' })
  message: string;
}

export class PayoutView {
  @UuidField()
  id: string;

  @UuidField()
  vendorId: string;

  @MoneyField()
  amount: MoneyView;

  @TextField({
    description: 'The week or month, in the zone of the platform; `adhoc-…` when off cycle',
    example: '2027-W02',
  })
  period: string;

  @EnumField(PAYOUT_STATUSES, {
    description: 'failed: the balance has it back. returned: all of it came back',
    example: 'paid',
  })
  status: PayoutStatus;

  @IntegerField({ min: 1, description: 'Raised when a failed one is tried again', example: 1 })
  attempt: number;

  @MoneyField({ description: 'What has come back of it' })
  reversed: MoneyView;

  @ObjectField(() => PayoutFailureView, { optional: true, description: 'Why the gateway refused it' })
  failure?: PayoutFailureView;

  @InstantField()
  createdAt: string;

  @InstantField({ nullable: true })
  paidAt: string | null;
}

export class PayoutPage extends PageOf(PayoutView) {}

export class ReversalView {
  @TextField({ max: 500, example: 'Paid to the account of another business' })
  reason: string;

  @InstantField()
  requestedAt: string;
}

export class AdminPayoutView extends PayoutView {
  @UuidField()
  runId: string;

  @TextField({ example: 'mock' })
  gateway: string;

  @TextField({ nullable: true, description: 'Null until it was paid', example: 'mock_tr_019a8e4c' })
  gatewayTransferId: string | null;

  @ObjectField(() => ReversalView, {
    optional: true,
    description: 'That an admin wants it back; under way while the status is paid',
  })
  reversal?: ReversalView;
}

export class AdminPayoutPage extends PageOf(AdminPayoutView) {}

export class PayoutItemView {
  @UuidField()
  payoutId: string;

  @TextField({ description: 'What happened', example: 'booking.released' })
  kind: string;

  @UuidField({ nullable: true })
  bookingId: string | null;

  @SignedMoneyField({ description: 'Below zero for what was taken back' })
  amount: SignedMoneyView;

  @InstantField()
  occurredAt: string;
}

export class PayoutItemPage extends PageOf(PayoutItemView) {}

export function toPayoutView(payout: Payout): PayoutView {
  const { id, vendorId, period, status, attempt, currency } = payout;
  return {
    id,
    vendorId,
    amount: payout.money,
    period,
    status,
    attempt,
    reversed: money(payout.reversed, currency),
    ...failureOf(payout),
    createdAt: payout.createdAt.toISOString(),
    paidAt: payout.paidAt?.toISOString() ?? null,
  };
}

export function toAdminPayoutView(payout: Payout): AdminPayoutView {
  const { runId, gateway, gatewayTransferId, reversalReason: reason, reversalRequestedAt } = payout;
  return {
    ...toPayoutView(payout),
    runId,
    gateway,
    gatewayTransferId,
    ...(reason !== null &&
      reversalRequestedAt && { reversal: { reason, requestedAt: reversalRequestedAt.toISOString() } }),
  };
}

export function failureOf({ failureCode, failureMessage }: Payout): { failure?: PayoutFailureView } {
  return failureCode === null ? {} : { failure: { code: failureCode, message: failureMessage ?? '' } };
}

export function toPayoutItemView({
  payoutId,
  kind,
  bookingId,
  amount,
  occurredAt,
}: PaidItem): PayoutItemView {
  return { payoutId, kind, bookingId, amount, occurredAt: occurredAt.toISOString() };
}
