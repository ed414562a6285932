export {
  isAnswer,
  type BalanceTransaction,
  type BalanceTransactionType,
  type GatewayDown,
  type GatewayFailure,
  type OutcomeUnknown,
  type PaymentOutcome,
  type RefundOutcome,
  type TransferOutcome,
  type VendorAccount,
  type VendorAccountOutcome,
} from './gateway/gateway-results.js';
export { Checkout } from './checkout.service.js';
export { Dispute, DISPUTE_STATUSES, type DisputeStatus } from './disputes/dispute.entity.js';
export { DisputesIntegrity } from './disputes/disputes.integrity.js';
export { GATEWAY_TIMEOUT_MS, PaymentGateway } from './gateway/payment-gateway.js';
export { MOCK_ENTITIES } from './gateway/mock/mock-gateway.module.js';
export { MockNews } from './gateway/mock/news/mock-news.js';
export { NEWS_JOBS } from './jobs/job-names.js';
export { PAYMENT_STATUSES, type PaymentStatus } from './payment-status.js';
export { PaymentPage, PaymentView, toPaymentView } from './payment.dto.js';
export { Payment } from './payment.entity.js';
export {
  GatewayUnavailable,
  IntentState,
  PaymentCanceled,
  PaymentDeclined,
  RefundExceedsPayment,
} from './payment.errors.js';
export { GatewayPostingsIntegrity, HeldBackIntegrity, PaidIntegrity } from './payments.integrity.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsRepository, type StatusSum } from './payments.repository.js';
export { Payments } from './payments.service.js';
export { Recovery } from './recovery.service.js';
export { Refunds } from './refunds/refunds.service.js';
export { RefundNotFailed } from './refunds/refund.errors.js';
export { RefundView, toRefundView } from './refunds/refund.dto.js';
export { Refund, REFUND_STATUSES, type RefundStatus } from './refunds/refund.entity.js';
export { RefundsIntegrity } from './refunds/refunds.integrity.js';
export { GatewayEventRecord } from './webhooks/gateway-event.entity.js';
export { UnverifiedWebhook } from './webhooks/webhook.errors.js';
