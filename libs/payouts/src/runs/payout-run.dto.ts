import {
  BooleanField,
  CurrencyField,
  EnumField,
  ListField,
  MoneyField,
  MoneyView,
  ObjectField,
  TextField,
  UuidField,
} from '@app/http';
import { PAYOUT_SCHEDULES, type PayoutSchedule } from '@app/vendors';
import { failureOf, PayoutFailureView } from '../payout.dto.js';
import type { PayoutStatus } from '../payout-status.js';
import type { Payout } from '../payout.entity.js';
import type { Skipped } from './payout-run.entity.js';
import type { RunResult } from './payout-runs.service.js';

/** More than any one run has; the answer is not paginated. */
const MANY = 100_000;

export class RunPayouts {
  @UuidField({ optional: true, description: 'Only this vendor; without it, every vendor who is due' })
  vendorId?: string;

  @EnumField(PAYOUT_SCHEDULES, {
    optional: true,
    description:
      "The named vendor's own unless given, else weekly. Vendors of the other schedule are skipped",
    example: 'weekly',
  })
  period?: PayoutSchedule;

  @BooleanField({
    optional: true,
    description:
      'Off cycle: whatever the schedule, and beside what the period has been paid already. Needs `period`. The minimum still counts',
    example: false,
  })
  force?: boolean;
}

export class RunPayoutView {
  @UuidField()
  payoutId: string;

  @UuidField()
  vendorId: string;

  @MoneyField()
  amount: MoneyView;

  @ObjectField(() => PayoutFailureView, { optional: true, description: 'Why the gateway refused it' })
  failure?: PayoutFailureView;
}

export class SkippedView implements Skipped {
  @UuidField()
  vendorId: string;

  @CurrencyField({ optional: true, description: 'Absent when it holds whatever the currency' })
  currency?: string;

  @TextField({
    description:
      'already-run, below-minimum, nothing-available, negative-balance, payouts-not-enabled, other-schedule, vendor-pending, vendor-rejected, vendor-suspended; interrupted: it is taken up again within two minutes',
    example: 'below-minimum',
  })
  reason: string;
}

export class PayoutRunView {
  @UuidField()
  runId: string;

  @TextField({
    description: 'The week or month, in the zone of the platform; of an off-cycle run a label of its own',
    example: '2027-W02',
  })
  period: string;

  @ListField(() => RunPayoutView, { maxItems: MANY })
  paid: RunPayoutView[];

  @ListField(() => SkippedView, { maxItems: MANY })
  skipped: readonly SkippedView[];

  @ListField(() => RunPayoutView, {
    maxItems: MANY,
    description: 'Refused by the gateway: the vendors have the balance back',
  })
  failed: RunPayoutView[];

  @ListField(() => RunPayoutView, {
    maxItems: MANY,
    description: 'The gateway has not answered yet; these settle by themselves',
  })
  inTransit: RunPayoutView[];
}

export function toRunView({ run, payouts, skipped }: RunResult): PayoutRunView {
  const of = (...statuses: PayoutStatus[]) =>
    payouts.filter(({ status }) => statuses.includes(status)).map((payout) => toRunPayoutView(payout));
  return {
    runId: run.id,
    period: run.period,
    paid: of('paid', 'returned'),
    skipped,
    failed: of('failed'),
    inTransit: of('pending', 'in_transit'),
  };
}

function toRunPayoutView(payout: Payout): RunPayoutView {
  const { id: payoutId, vendorId, money: amount } = payout;
  return { payoutId, vendorId, amount, ...failureOf(payout) };
}
