import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '@app/ledger';
import { Patrons, TripsModule } from '@app/trips';
import { VendorsModule } from '@app/vendors';
import { Archiving } from './archiving.js';
import { BookingAccess } from './booking-access.js';
import { BookingItem } from './booking-item.entity.js';
import { BookingPatrons } from './booking-patrons.js';
import { BookingPayments } from './booking-payments.js';
import { BookingViews } from './booking-views.js';
import { Booking } from './booking.entity.js';
import { BookingsController, VendorBookingsController } from './bookings.controller.js';
import { SeatsIntegrity, TotalsIntegrity } from './bookings.integrity.js';
import { BookingsRepository } from './bookings.repository.js';
import { Bookings } from './bookings.service.js';
import { ChangeService } from './change.service.js';
import { CompletionService } from './completion.service.js';
import { CancelBookingsJob, CancelBookingsOfDeparture } from './departure-cancelled.handler.js';
import { HoldExpiry } from './hold-expiry.js';
import { HoldService } from './hold.service.js';
import { SeatClaims } from './seat-claims.js';
import { SeatQueue } from './seat-queue.js';
import { Seats } from './seats.js';

/**
 * Holds, bookings, cancellation and completion. Needs `OpenPayments` from whoever takes the money. Global for the sake of
 * {@link Patrons}, a port of the trips module.
 */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Booking, BookingItem]), LedgerModule, TripsModule, VendorsModule],
  controllers: [BookingsController, VendorBookingsController],
  providers: [
    Archiving,
    BookingAccess,
    BookingPayments,
    BookingViews,
    Bookings,
    BookingsRepository,
    CancelBookingsJob,
    CancelBookingsOfDeparture,
    ChangeService,
    CompletionService,
    HoldExpiry,
    HoldService,
    SeatClaims,
    SeatQueue,
    Seats,
    SeatsIntegrity,
    TotalsIntegrity,
    { provide: Patrons, useClass: BookingPatrons },
  ],
  exports: [
    BookingAccess,
    BookingPayments,
    BookingViews,
    Bookings,
    BookingsRepository,
    HoldExpiry,
    Patrons,
    SeatsIntegrity,
    TotalsIntegrity,
  ],
})
export class BookingsModule {}
