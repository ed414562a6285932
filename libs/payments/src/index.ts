export {
  type GatewayDown,
  type GatewayFailure,
  type OutcomeUnknown,
  type PaymentOutcome,
  type RefundOutcome,
  type VendorAccount,
  type VendorAccountOutcome,
} from './gateway/gateway-results.js';
export { Checkout } from './checkout.service.js';
export { GATEWAY_TIMEOUT_MS, PaymentGateway } from './gateway/payment-gateway.js';
export { MockAccount } from './gateway/mock/mock-account.entity.js';
export { MockPayment } from './gateway/mock/mock-payment.entity.js';
export { MockRefund } from './gateway/mock/mock-refund.entity.js';
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
export { GatewayPostingsIntegrity, PaidIntegrity } from './payments.integrity.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsRepository, type StatusSum } from './payments.repository.js';
export { Payments } from './payments.service.js';
export { Recovery } from './recovery.service.js';
export { Refunds } from './refunds/refunds.service.js';
export { RefundView, toRefundView } from './refunds/refund.dto.js';
export { Refund, REFUND_STATUSES, type RefundStatus } from './refunds/refund.entity.js';
