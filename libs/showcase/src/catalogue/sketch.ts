import type { PolicyPreset, UnitType } from '@app/trips';

/** A vendor of the shop, as drawn by hand. */
export interface VendorSketch {
  readonly owner: { readonly name: string; readonly email: string };
  readonly businessName: string;
  readonly phone: string;
  /** ISO 3166-1 alpha-2, of the vendor and, unless they say otherwise, its trips; so are the two below. */
  readonly country: string;
  /** IANA. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Otherwise its application still waits for the admin. */
  readonly isApproved: boolean;
  readonly trips: readonly TripSketch[];
}

export interface TripSketch {
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly timeZone?: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly durationMinutes: number;
  readonly cancellationPolicy: PolicyPreset;
  readonly bookingCutoffMinutes: number;
  /** Minor units of the vendor's currency. */
  readonly prices: Readonly<Partial<Record<UnitType, number>>>;
  readonly departs: Rhythm;
  /** Otherwise it is published. */
  readonly status?: 'draft' | 'archived';
}

/** Every week, by the wall clock of the trip's zone. */
export interface Rhythm {
  /** `HH:MM`. */
  readonly at: string;
  /** RFC 5545 BYDAY, e.g. `TU,SA`. */
  readonly days: string;
  readonly seats: number;
}

/** Ages and seats that go with a unit; a family of four takes four seats, an infant sits on a lap. */
export const UNIT_TRAITS: Readonly<Record<UnitType, { paxCount: number; minAge?: number; maxAge?: number }>> =
  {
    adult: { paxCount: 1, minAge: 18 },
    youth: { paxCount: 1, minAge: 12, maxAge: 17 },
    child: { paxCount: 1, minAge: 3, maxAge: 11 },
    infant: { paxCount: 0, maxAge: 2 },
    senior: { paxCount: 1, minAge: 65 },
    student: { paxCount: 1 },
    family: { paxCount: 4 },
  };
