import { EnumField, InstantField, MoneyField, MoneyView, ObjectField, TextField, UuidField } from '@app/http';
import { REFUND_STATUSES, type Refund, type RefundStatus } from './refund.entity.js';

export class RefundPayment {
  @MoneyField({ optional: true, description: 'Without it, all that can be refunded' })
  amount?: MoneyView;

  @TextField({ max: 500, example: 'The guide fell ill and the tour was cut short' })
  reason: string;
}

export class RefundFailureView {
  @TextField({ example: 'expired_or_canceled_card' })
  code: string;

  @TextField({ example: 'The card can no longer be refunded.' })
  message: string;
}

export class RefundView {
  @UuidField()
  id: string;

  @UuidField()
  paymentId: string;

  @MoneyField()
  amount: MoneyView;

  @TextField({ max: 500, example: 'The guide fell ill and the tour was cut short' })
  reason: string;

  @EnumField(REFUND_STATUSES, {
    description: 'pending: on its way. failed: the gateway refused it, and it is still owed to the traveller',
    example: 'succeeded',
  })
  status: RefundStatus;

  @ObjectField(() => RefundFailureView, { optional: true, description: 'Why the gateway refused it' })
  failure?: RefundFailureView;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export function toRefundView(refund: Refund): RefundView {
  const { failureCode, failureMessage } = refund;
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: refund.money,
    reason: refund.reason,
    status: refund.status,
    ...(failureCode !== null && { failure: { code: failureCode, message: failureMessage ?? '' } }),
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
  };
}
