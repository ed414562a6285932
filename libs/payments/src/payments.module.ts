import { BookingsModule, OpenPayments } from '@app/bookings';
import type { Config } from '@app/config';
import { LedgerModule } from '@app/ledger';
import { VendorsModule } from '@app/vendors';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Attempts } from './attempts.service.js';
import { Checkout } from './checkout.service.js';
import { MockGatewayModule } from './gateway/mock/mock-gateway.module.js';
import { CancelOpenIntents } from './handlers/cancel-open-intents.handler.js';
import { OpenPayoutAccount } from './handlers/open-payout-account.handler.js';
import { RefundCancelledBooking } from './handlers/refund-cancelled-booking.handler.js';
import { Intents } from './intents.service.js';
import { CancelIntent } from './jobs/cancel-intent.job.js';
import { CreatePayoutAccount } from './jobs/create-payout-account.job.js';
import { GatewayNews } from './jobs/gateway-news.job.js';
import { SendRefund } from './jobs/send-refund.job.js';
import { OpenAttempts } from './open-attempts.js';
import { PaymentEffects } from './payment-effects.js';
import { Payment } from './payment.entity.js';
import { PaymentsController } from './payments.controller.js';
import { GatewayPostingsIntegrity, PaidIntegrity } from './payments.integrity.js';
import { PaymentsRepository } from './payments.repository.js';
import { Payments } from './payments.service.js';
import { PayoutAccountsController } from './payout-accounts/payout-accounts.controller.js';
import { PayoutAccounts } from './payout-accounts/payout-accounts.service.js';
import { Recovery } from './recovery.service.js';
import { RefundBooks } from './refunds/refund-books.js';
import { RefundIssuer } from './refunds/refund-issuer.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundSettlement } from './refunds/refund-settlement.js';
import { Refund } from './refunds/refund.entity.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { Refunds } from './refunds/refunds.service.js';
import { Settlement } from './settlement.service.js';

/** A gateway that the configuration allows and this table lacks does not compile. Each module exports its PaymentGateway. */
const GATEWAYS: Readonly<Record<Config['gateway'], Type<unknown>>> = {
  mock: MockGatewayModule,
};

const jobs = [CancelIntent, CreatePayoutAccount, GatewayNews, SendRefund];
const handlers = [CancelOpenIntents, OpenPayoutAccount, RefundCancelledBooking];
const refunds = [RefundBooks, RefundIssuer, RefundSender, RefundSettlement, Refunds, RefundsRepository];

@Module({})
export class PaymentsModule {
  /** Global for the sake of {@link OpenPayments}, a port of the bookings module, which must not import this one. */
  static forRoot({ gateway }: Pick<Config, 'gateway'>): DynamicModule {
    return {
      module: PaymentsModule,
      global: true,
      imports: [
        TypeOrmModule.forFeature([Payment, Refund]),
        BookingsModule,
        LedgerModule,
        VendorsModule,
        GATEWAYS[gateway],
      ],
      controllers: [PaymentsController, PayoutAccountsController],
      providers: [
        ...jobs,
        ...handlers,
        ...refunds,
        Attempts,
        Checkout,
        GatewayPostingsIntegrity,
        Intents,
        PaidIntegrity,
        PaymentEffects,
        Payments,
        PaymentsRepository,
        PayoutAccounts,
        Recovery,
        Settlement,
        { provide: OpenPayments, useClass: OpenAttempts },
      ],
      exports: [
        GATEWAYS[gateway],
        GatewayPostingsIntegrity,
        OpenPayments,
        PaidIntegrity,
        Payments,
        PaymentsRepository,
        Recovery,
      ],
    };
  }
}
