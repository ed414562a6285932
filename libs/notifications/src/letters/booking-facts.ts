import type { BookingStatus } from '@app/bookings';
import { money, type Money } from '@app/kernel';
import { toSafeInteger } from '@app/database';
import type { CancellationPolicy, UnitType } from '@app/trips';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** A booking as its traveller is told of it. */
export interface BookingFacts {
  readonly id: string;
  readonly reference: string;
  readonly status: BookingStatus;
  readonly seats: number;
  readonly items: readonly { readonly type: UnitType; readonly quantity: number; readonly amount: Money }[];
  readonly total: Money;
  readonly paid: Money;
  readonly holdExpiresAt: Date | null;
  readonly cancelReason: string | null;
  /** What cancelling gives back, and until when; the earliest deadline first. */
  readonly refundSteps: readonly { readonly until: Date; readonly refundBps: number }[];
  readonly contact: { readonly name: string; readonly email: string } | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** ISO 8601, the wall clock in `timeZone`. */
  readonly localStart: string;
  /** IANA; where it takes place. */
  readonly timeZone: string;
  readonly isCalledOff: boolean;
  readonly title: string;
  readonly location: string;
  readonly vendorName: string;
  readonly vendorPhone: string;
}

type Row = Omit<BookingFacts, 'total' | 'paid' | 'items' | 'refundSteps'> & {
  currency: string;
  total: string;
  paid: string;
  policy: CancellationPolicy;
  items: { type: UnitType; quantity: number; amount: number }[];
};

const MINUTE_MS = 60_000;

/** Reads what letters tell of bookings: one statement each. */
@Injectable()
export class BookingFactsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async read(bookingId: string): Promise<BookingFacts> {
    const [row] = await this.dataSource.query<[Row]>(
      /* sql */ `
      SELECT b.id, b.reference, b.status, b.seats, b.currency, b.total, b.paid, b.contact, b.policy_snapshot AS policy,
        b.hold_expires_at AS "holdExpiresAt", b.cancel_reason AS "cancelReason",
        b.starts_at AS "startsAt", b.ends_at AS "endsAt", d.local_start AS "localStart",
        d.status = 'cancelled' AS "isCalledOff", t.title, t.location, t.time_zone AS "timeZone",
        v.business_name AS "vendorName", v.phone AS "vendorPhone",
        (SELECT json_agg(json_build_object('type', u.type, 'quantity', i.quantity, 'amount', i.amount) ORDER BY i.amount DESC, u.id)
          FROM booking_items i JOIN trip_units u ON u.id = i.unit_id WHERE i.booking_id = b.id) AS items
      FROM bookings b
      JOIN departures d ON d.id = b.departure_id
      JOIN trips t ON t.id = b.trip_id
      JOIN vendors v ON v.id = b.vendor_id
      WHERE b.id = $1`,
      [bookingId],
    );
    return toFacts(row);
  }
}

function toFacts({ currency, policy, ...row }: Row): BookingFacts {
  const of = (amount: string | number) => money(toSafeInteger(amount), currency);
  return {
    ...row,
    total: of(row.total),
    paid: of(row.paid),
    items: row.items.map((item) => ({ ...item, amount: of(item.amount) })),
    refundSteps: policy.tiers.map(({ untilMinutesBefore, refundBps }) => ({
      until: new Date(row.startsAt.getTime() - untilMinutesBefore * MINUTE_MS),
      refundBps,
    })),
  };
}
