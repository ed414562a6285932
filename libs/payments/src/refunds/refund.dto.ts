import {
  EnumField,
  InstantField,
  MoneyField,
  MoneyView,
  ObjectField,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
} from '@app/http';
import { REFUND_STATUSES, type Refund, type RefundStatus } from './refund.entity.js';

export class RefundPayment {
  @MoneyField({ optional: true, description: 'Without it, all that can be refunded' })
  amount?: MoneyView;

  @TextField({ max: 500, example: 'The guide fell ill and the tour was cut short' })
  reason: string;
}

export class RefundsQuery extends PageQuery {
  @EnumField(REFUND_STATUSES, { optional: true, description: 'Only those; all without it' })
  status?: RefundStatus;
}

export class AbandonRefund {
  @TextField({ max: 500, example: 'Paid by bank transfer, at the wish of the traveller' })
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
    description:
      'pending: on its way. failed: the gateway refused it or it came back, and it is still owed to the traveller. canceled: given up by an admin',
    example: 'succeeded',
  })
  status: RefundStatus;

  @ObjectField(() => RefundFailureView, { optional: true, description: 'Why the gateway refused it' })
  failure?: RefundFailureView;

  @UuidField({ optional: true, description: 'The refund that took the place of this one, which had failed' })
  retriedAs?: string;

  @TextField({ optional: true, max: 500, description: 'Why it was given up' })
  abandonReason?: string;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class RefundPage extends PageOf(RefundView) {}

export function toRefundView(refund: Refund): RefundView {
  const { failureCode, failureMessage, retriedAs, abandonReason } = refund;
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: refund.money,
    reason: refund.reason,
    status: refund.status,
    ...(failureCode !== null && { failure: { code: failureCode, message: failureMessage ?? '' } }),
    ...(retriedAs !== null && { retriedAs }),
    ...(abandonReason !== null && { abandonReason }),
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
  };
}
