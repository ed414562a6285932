import { BookingsModule, OpenPayments } from '@app/bookings';
import type { Config } from '@app/config';
import { LedgerModule } from '@app/ledger';
import { SettlementCurrencies } from '@app/trips';
import { VendorsModule } from '@app/vendors';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Attempts } from './attempts.service.js';
import { Checkout } from './checkout.service.js';
import { DisputeBooks } from './disputes/dispute-books.js';
import { DisputeNews } from './disputes/dispute-news.job.js';
import { DisputeSettlement } from './disputes/dispute-settlement.js';
import { DisputeSweep } from './disputes/dispute-sweep.js';
import { Dispute } from './disputes/dispute.entity.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { DisputesIntegrity } from './disputes/disputes.integrity.js';
import { DisputesRepository } from './disputes/disputes.repository.js';
import { Disputes } from './disputes/disputes.service.js';
import { GatewayCurrencies } from './gateway-currencies.js';
import { MockGatewayModule } from './gateway/mock/mock-gateway.module.js';
import { StripeGatewayModule } from './gateway/stripe/stripe-gateway.module.js';
import { CancelOpenIntents } from './handlers/cancel-open-intents.handler.js';
import { OpenPayoutAccount } from './handlers/open-payout-account.handler.js';
import { RefundCancelledBooking } from './handlers/refund-cancelled-booking.handler.js';
import { Intents } from './intents.service.js';
import { AccountNews } from './jobs/account-news.job.js';
import { CancelIntent } from './jobs/cancel-intent.job.js';
import { CreatePayoutAccount } from './jobs/create-payout-account.job.js';
import { GatewayNews } from './jobs/gateway-news.job.js';
import { RefundNews } from './jobs/refund-news.job.js';
import { SendRefund } from './jobs/send-refund.job.js';
import { OpenAttempts } from './open-attempts.js';
import { PaymentEffects } from './payment-effects.js';
import { PaymentShares } from './payment-shares.js';
import { Payment } from './payment.entity.js';
import { PaymentsController } from './payments.controller.js';
import { GatewayPostingsIntegrity, HeldBackIntegrity, PaidIntegrity } from './payments.integrity.js';
import { PaymentsRepository } from './payments.repository.js';
import { Payments } from './payments.service.js';
import { PromptCapture } from './prompt-capture.js';
import { PayoutAccountsController } from './payout-accounts/payout-accounts.controller.js';
import { PayoutAccounts } from './payout-accounts/payout-accounts.service.js';
import { Recovery } from './recovery.service.js';
import { OwedRefundsController } from './refunds/owed-refunds.controller.js';
import { OwedRefunds } from './refunds/owed-refunds.service.js';
import { RefundBooks } from './refunds/refund-books.js';
import { RefundIssuer } from './refunds/refund-issuer.js';
import { RefundLocks } from './refunds/refund-locks.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundSettlement } from './refunds/refund-settlement.js';
import { Refund } from './refunds/refund.entity.js';
import { RefundsIntegrity } from './refunds/refunds.integrity.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { Refunds } from './refunds/refunds.service.js';
import { Settlement } from './settlement.service.js';
import { GatewayEventRecord } from './webhooks/gateway-event.entity.js';
import { GatewayInboxPurge } from './webhooks/gateway-inbox-purge.js';
import { GatewayInbox } from './webhooks/gateway-inbox.js';
import { webhooksOf } from './webhooks/webhooks.controller.js';

/** A gateway that the configuration allows and this table lacks does not compile. Each module exports its PaymentGateway. */
const GATEWAYS: Readonly<Record<Config['gateway'], Type<unknown>>> = {
  mock: MockGatewayModule,
  stripe: StripeGatewayModule,
};

const jobs = [AccountNews, CancelIntent, CreatePayoutAccount, GatewayNews, RefundNews, SendRefund];
const handlers = [CancelOpenIntents, OpenPayoutAccount, RefundCancelledBooking];
const disputes = [
  DisputeBooks,
  DisputeNews,
  Disputes,
  DisputeSettlement,
  DisputesIntegrity,
  DisputesRepository,
  DisputeSweep,
];
const refunds = [
  OwedRefunds,
  RefundBooks,
  RefundIssuer,
  RefundLocks,
  RefundSender,
  RefundSettlement,
  Refunds,
  RefundsIntegrity,
  RefundsRepository,
];

@Module({})
export class PaymentsModule {
  /** Global for the sake of {@link OpenPayments} and {@link SettlementCurrencies}, ports of modules that must not import this one. */
  static forRoot({ gateway }: Pick<Config, 'gateway'>): DynamicModule {
    return {
      module: PaymentsModule,
      global: true,
      imports: [
        TypeOrmModule.forFeature([Payment, Refund, Dispute, GatewayEventRecord]),
        BookingsModule,
        LedgerModule,
        VendorsModule,
        GATEWAYS[gateway],
      ],
      controllers: [
        DisputesController,
        OwedRefundsController,
        PaymentsController,
        PayoutAccountsController,
        webhooksOf(gateway),
      ],
      providers: [
        ...jobs,
        ...handlers,
        ...disputes,
        ...refunds,
        Attempts,
        Checkout,
        GatewayInbox,
        GatewayInboxPurge,
        GatewayPostingsIntegrity,
        HeldBackIntegrity,
        Intents,
        PaidIntegrity,
        PaymentEffects,
        Payments,
        PaymentShares,
        PaymentsRepository,
        PayoutAccounts,
        PromptCapture,
        Recovery,
        Settlement,
        { provide: OpenPayments, useClass: OpenAttempts },
        { provide: SettlementCurrencies, useClass: GatewayCurrencies },
      ],
      exports: [
        DisputesIntegrity,
        GATEWAYS[gateway],
        GatewayPostingsIntegrity,
        HeldBackIntegrity,
        OpenPayments,
        PaidIntegrity,
        Payments,
        PaymentsRepository,
        Recovery,
        RefundsIntegrity,
        SettlementCurrencies,
      ],
    };
  }
}
