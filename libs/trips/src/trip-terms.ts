import type { Tx } from '@app/database';
import { InvalidRequest } from '@app/http';
import { Clock, type FieldError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Departure } from './departures/departure.entity.js';
import { Departures } from './departures/departures.repository.js';
import { SettlementCurrencies } from './settlement-currencies.js';
import type { CreateTrip, UpdateTrip } from './trip.dto.js';
import type { Trip } from './trip.entity.js';
import { TripInUse } from './trip.errors.js';
import { unitFaults } from './unit-rules.js';

/** What a trip may say, and what a change of it does to its departures. */
@Injectable()
export class TripTerms {
  constructor(
    private readonly currencies: SettlementCurrencies,
    private readonly departures: Departures,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidRequest */
  requireSound({ units, ...trip }: Omit<CreateTrip, 'vendorId'>): void {
    refuse([
      ...this.currencyFaults(trip.currency),
      ...unitFaults(units, trip.currency),
      ...placeFaults(trip),
    ]);
  }

  /** Moves the departures' cut-offs and ends with it. @throws InvalidRequest; TripInUse when departures stand on what would change. */
  async change(trip: Trip, { units, ...changes }: UpdateTrip, tx: Tx): Promise<void> {
    const changed = { ...trip, ...changes };
    refuse([
      // A currency that was fine when the trip was made stays: the gateway in use may be another by now.
      ...(changes.currency === undefined ? [] : this.currencyFaults(changes.currency)),
      ...unitFaults(units ?? [], changed.currency),
      ...placeFaults(changed),
    ]);
    if (changed.currency !== trip.currency) {
      if (!units) throw InvalidRequest.field('units', 'must come with a new currency, priced in it');
      if (await this.departures.anySold(trip.id, tx)) throw TripInUse.currency();
    }
    if (changed.timeZone !== trip.timeZone) {
      if (await tx.existsBy(Departure, { tripId: trip.id, status: Not('cancelled') }))
        throw TripInUse.timeZone();
    }
    await this.departures.retime(changed, this.clock.now(), tx);
  }

  private currencyFaults(code: string): FieldError[] {
    if (this.currencies.has(code)) return [];
    return [{ field: 'currency', message: `must be one that payments can be settled in; ${code} is not` }];
  }
}

function refuse(faults: FieldError[]): void {
  if (faults.length > 0) throw new InvalidRequest(faults);
}

function placeFaults({
  latitude,
  longitude,
}: {
  latitude?: number | null;
  longitude?: number | null;
}): FieldError[] {
  const isHalf = typeof latitude === 'number' ? typeof longitude !== 'number' : typeof longitude === 'number';
  return isHalf ? [{ field: 'latitude', message: 'must come with longitude, or neither' }] : [];
}
