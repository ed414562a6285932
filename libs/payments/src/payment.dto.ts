import {
  BooleanField,
  EnumField,
  InstantField,
  IntegerField,
  MoneyField,
  MoneyView,
  ObjectField,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
  type Actor,
} from '@app/http';
import { money } from '@app/kernel';
import { PAYMENT_STATUSES, type PaymentStatus } from './payment-status.js';
import type { Payment } from './payment.entity.js';

const SHOWN_STATUSES = [...PAYMENT_STATUSES, 'partially_refunded', 'refunded', 'disputed'] as const;
type ShownStatus = (typeof SHOWN_STATUSES)[number];

export class Pay {
  @UuidField({ description: 'A pending booking of yours; what it costs is known to the server' })
  bookingId: string;

  @TextField({
    description:
      'A token of the payment gateway. The mock takes pm_ok, pm_declined, pm_insufficient_funds, pm_3ds, pm_timeout_then_ok, pm_rate_limited, pm_refund_fails, pm_refund_fails_later, pm_refund_pending and pm_dispute',
    example: 'pm_ok',
  })
  paymentMethod: string;
}

export class PaymentsQuery extends PageQuery {
  @UuidField({ description: 'The booking whose payments are wanted' })
  bookingId: string;
}

export class NextActionView {
  @TextField({ example: 'authenticate' })
  type: string;

  @TextField({ max: 2000, example: '/api/v1/mock-gateway/payments/mock_pi_019a8e4c/authenticate' })
  url: string;
}

export class FailureView {
  @TextField({ example: 'card_declined' })
  code: string;

  @TextField({
    optional: true,
    description: "The bank's reason, where it gives one",
    example: 'insufficient_funds',
  })
  declineCode?: string;

  @TextField({ description: 'Fit for the person who pays', example: 'Your card has insufficient funds.' })
  message: string;

  @BooleanField({ description: 'Whether the same payment method may work later' })
  retryable: boolean;
}

export class PaymentView {
  @UuidField()
  id: string;

  @UuidField()
  bookingId: string;

  @IntegerField({ description: "1 for the booking's first", min: 1, example: 1 })
  attempt: number;

  @EnumField(SHOWN_STATUSES, { example: 'succeeded' satisfies PaymentStatus })
  status: ShownStatus;

  @MoneyField()
  amount: MoneyView;

  @MoneyField({ description: 'What has gone back' })
  refunded: MoneyView;

  @TextField({ example: 'mock' })
  gateway: string;

  @TextField({
    nullable: true,
    description: 'Null until the gateway has answered',
    example: 'mock_pi_019a8e4c',
  })
  gatewayPaymentId: string | null;

  @ObjectField(() => NextActionView, {
    optional: true,
    description: 'What the payer must do now; shown to the payer while the status is requires_action',
  })
  nextAction?: NextActionView;

  @TextField({ optional: true, description: "For the gateway's own client library; shown to the payer" })
  clientSecret?: string;

  @ObjectField(() => FailureView, { optional: true, description: 'Why it failed' })
  failure?: FailureView;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class PaymentPage extends PageOf(PaymentView) {}

/** The payer alone learns how to go on paying. */
export function toPaymentView(payment: Payment, actor: Actor): PaymentView {
  const { failure, nextAction, clientSecret } = payment;
  const isPayer = payment.userId === actor.id;
  return {
    id: payment.id,
    bookingId: payment.bookingId,
    attempt: payment.attempt,
    status: shownStatus(payment),
    amount: payment.total,
    refunded: money(payment.refunded, payment.currency),
    gateway: payment.gateway,
    gatewayPaymentId: payment.gatewayPaymentId,
    ...(isPayer && nextAction && { nextAction }),
    ...(isPayer && clientSecret && { clientSecret }),
    ...(failure && { failure }),
    createdAt: payment.createdAt.toISOString(),
    updatedAt: payment.updatedAt.toISOString(),
  };
}

/**
 * Refunds count once they have settled. `disputed` comes first: what a bank has taken, for good or until it decides, is what nobody
 * can refund any more, and never more than what refunds have left.
 */
function shownStatus({ status, captured, refunded, disputed }: Payment): ShownStatus {
  if (disputed > 0) return 'disputed';
  if (refunded === 0) return status;
  return refunded < captured ? 'partially_refunded' : 'refunded';
}
