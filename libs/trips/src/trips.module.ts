import { VendorsModule } from '@app/vendors';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DepartureEnd } from './departures/departure-end.js';
import { Departure } from './departures/departure.entity.js';
import { DeparturesController, TripDeparturesController } from './departures/departures.controller.js';
import { Departures } from './departures/departures.repository.js';
import { Quotes } from './departures/quotes.js';
import { Schedule } from './departures/schedule.service.js';
import { ListTripsOfVendor } from './list-trips-of-vendor.handler.js';
import { TripSearch } from './search/trip-search.js';
import { TripAccess } from './trip-access.js';
import { TripListing } from './trip-listing.js';
import { TripTerms } from './trip-terms.js';
import { TripUnit } from './trip-unit.entity.js';
import { TripViews } from './trip-views.js';
import { Trip } from './trip.entity.js';
import { TripsController, VendorTripsController } from './trips.controller.js';
import { Trips } from './trips.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Trip, TripUnit, Departure]), VendorsModule],
  controllers: [TripsController, VendorTripsController, TripDeparturesController, DeparturesController],
  providers: [
    Trips,
    TripAccess,
    TripListing,
    TripTerms,
    TripViews,
    TripSearch,
    Schedule,
    Departures,
    DepartureEnd,
    Quotes,
    ListTripsOfVendor,
  ],
  exports: [Departures, Quotes, TripAccess, Schedule],
})
export class TripsModule {}
