import {
  EnumField,
  InstantField,
  MoneyField,
  MoneyView,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
} from '@app/http';
import { money } from '@app/kernel';
import { DISPUTE_STATUSES, type Dispute, type DisputeStatus } from './dispute.entity.js';

export class DisputesQuery extends PageQuery {
  @EnumField(DISPUTE_STATUSES, { optional: true, example: 'open' })
  status?: DisputeStatus;
}

export class DisputeView {
  @UuidField()
  id: string;

  @UuidField()
  paymentId: string;

  @UuidField()
  bookingId: string;

  @TextField({ example: 'mock' })
  gateway: string;

  @TextField({ description: "Look for it in the gateway's own dashboard", example: 'mock_dp_019a8e4c' })
  gatewayDisputeId: string;

  @EnumField(DISPUTE_STATUSES, {
    description:
      'inquiry: the bank asks, no money has moved; closed: it came to nothing. open: the bank took the money while it decides; won: it came back; lost: it did not',
    example: 'open',
  })
  status: DisputeStatus;

  @TextField({ description: "In the card network's vocabulary", example: 'fraudulent' })
  reason: string;

  @MoneyField({ description: 'What is disputed' })
  amount: MoneyView;

  @MoneyField({
    description:
      "The vendor's part of what the payment still had when the money was withdrawn: kept back while the dispute is open, gone once it is lost",
  })
  vendorShare: MoneyView;

  @MoneyField({
    description: "The platform's part of the same; what neither has any more is the platform's loss",
  })
  commissionShare: MoneyView;

  @InstantField()
  createdAt: string;

  @InstantField({ description: 'When it last changed, or was last looked up at the gateway' })
  updatedAt: string;
}

export class DisputePage extends PageOf(DisputeView) {}

export function toDisputeView(dispute: Dispute): DisputeView {
  return {
    id: dispute.id,
    paymentId: dispute.paymentId,
    bookingId: dispute.bookingId,
    gateway: dispute.gateway,
    gatewayDisputeId: dispute.gatewayDisputeId,
    status: dispute.status,
    reason: dispute.reason,
    amount: dispute.money,
    vendorShare: money(dispute.vendorShare, dispute.currency),
    commissionShare: money(dispute.commissionShare, dispute.currency),
    createdAt: dispute.createdAt.toISOString(),
    updatedAt: dispute.updatedAt.toISOString(),
  };
}
