export {
  cancellationPolicy,
  POLICY_PRESETS,
  type CancellationPolicy,
  type CancellationTier,
  type PolicyPreset,
} from './cancellation-policy.js';
export { CancellationPolicyView } from './trip.view.js';
export { type DepartureStatus } from './departures/departure-status.js';
export { Departure } from './departures/departure.entity.js';
export { CapacityBelowSold, DepartureExists, DepartureOver } from './departures/departure.errors.js';
export { Departures, SEATS_LEFT, sellsAt } from './departures/departures.repository.js';
export { Quotes, type QuoteSource, type QuoteUnit } from './departures/quotes.js';
export { Schedule } from './departures/schedule.service.js';
export { ListTripsOfVendor } from './list-trips-of-vendor.handler.js';
export { Patrons } from './patrons.js';
export { SettlementCurrencies } from './settlement-currencies.js';
export { TripAccess } from './trip-access.js';
export { type TripStatus } from './trip-status.js';
export { TripUnit, UNIT_TYPES, type UnitType } from './trip-unit.entity.js';
export { Trip } from './trip.entity.js';
export { TripArchived, TripInUse, VendorRequired } from './trip.errors.js';
export { TripsModule } from './trips.module.js';
export { Trips } from './trips.service.js';
