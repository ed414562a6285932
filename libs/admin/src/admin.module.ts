import { Module } from '@nestjs/common';
import { BookingsModule, SeatsIntegrity, TotalsIntegrity } from '@app/bookings';
import type { IntegrityCheck } from '@app/kernel';
import { LedgerIntegrity, LedgerModule } from '@app/ledger';
import {
  DisputesIntegrity,
  GatewayPostingsIntegrity,
  HeldBackIntegrity,
  PaidIntegrity,
  RefundsIntegrity,
} from '@app/payments';
import { PayoutsIntegrity, PayoutsModule, ReconciliationModule } from '@app/payouts';
import { UsersModule } from '@app/users';
import { VendorsModule } from '@app/vendors';
import { AccountsController } from './accounts.controller.js';
import { AnalyticsController } from './analytics.controller.js';
import { Analytics } from './analytics.service.js';
import { AllBookingsController } from './bookings.controller.js';
import { BooksController } from './books.controller.js';
import { EventsController } from './events.controller.js';
import { IntegrityController } from './integrity.controller.js';
import { Integrity, INTEGRITY_CHECKS } from './integrity.service.js';
import { JobsController } from './jobs.controller.js';
import { LedgerController } from './ledger.controller.js';
import { ParkedJobsController } from './parked-jobs.controller.js';
import { ReconciliationController } from './reconciliation.controller.js';

/** What the platform's own people see and decide. Payments' checks come from the global PaymentsModule. */
@Module({
  imports: [BookingsModule, LedgerModule, PayoutsModule, ReconciliationModule, UsersModule, VendorsModule],
  controllers: [
    AccountsController,
    AllBookingsController,
    AnalyticsController,
    BooksController,
    EventsController,
    IntegrityController,
    JobsController,
    LedgerController,
    ParkedJobsController,
    ReconciliationController,
  ],
  providers: [
    Analytics,
    Integrity,
    {
      provide: INTEGRITY_CHECKS,
      inject: [
        SeatsIntegrity,
        TotalsIntegrity,
        PaidIntegrity,
        GatewayPostingsIntegrity,
        HeldBackIntegrity,
        RefundsIntegrity,
        DisputesIntegrity,
        PayoutsIntegrity,
        LedgerIntegrity,
      ],
      useFactory: (...checks: IntegrityCheck[]) => checks,
    },
  ],
})
export class AdminModule {}
