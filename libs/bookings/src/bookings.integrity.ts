import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { IntegrityCheck } from '@app/kernel';

/** Violations named by one run; more would say nothing new. */
const MAX_VIOLATIONS = 100;

/** That the seats of every departure are those of its bookings. */
@Injectable()
export class SeatsIntegrity implements IntegrityCheck {
  readonly name = 'seats';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async run(): Promise<{ checked: number; violations: string[] }> {
    const [count] = await this.dataSource.query<{ checked: number }[]>(
      'SELECT count(*)::int AS checked FROM departures',
    );
    const wrong = await this.dataSource.query<
      Record<'id' | 'seats_held' | 'seats_booked' | 'held' | 'booked', string>[]
    >(
      `SELECT departure.id, seats_held, seats_booked, taken.held, taken.booked
       FROM departures departure
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(seats) FILTER (WHERE status = 'pending'), 0) AS held,
                coalesce(sum(seats) FILTER (WHERE status IN ('confirmed', 'completed')), 0) AS booked
         FROM bookings WHERE departure_id = departure.id
       ) AS taken
       WHERE seats_held <> taken.held OR seats_booked <> taken.booked
       ORDER BY departure.id LIMIT $1`,
      [MAX_VIOLATIONS],
    );
    return {
      checked: count?.checked ?? 0,
      violations: wrong.map(
        (row) =>
          `departure ${row.id} counts ${row.seats_held} held and ${row.seats_booked} booked; its bookings have ${row.held} and ${row.booked}`,
      ),
    };
  }
}

/** That every booking costs what its items cost. */
@Injectable()
export class TotalsIntegrity implements IntegrityCheck {
  readonly name = 'booking-totals';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async run(): Promise<{ checked: number; violations: string[] }> {
    const [count] = await this.dataSource.query<{ checked: number }[]>(
      'SELECT count(*)::int AS checked FROM bookings',
    );
    const wrong = await this.dataSource.query<Record<'id' | 'total' | 'items', string>[]>(
      `SELECT booking.id, booking.total, coalesce(sum(item.amount), 0) AS items
       FROM bookings booking LEFT JOIN booking_items item ON item.booking_id = booking.id
       GROUP BY booking.id
       HAVING booking.total <> coalesce(sum(item.amount), 0) OR bool_or(item.amount <> item.quantity * item.unit_price)
       ORDER BY booking.id LIMIT $1`,
      [MAX_VIOLATIONS],
    );
    return {
      checked: count?.checked ?? 0,
      violations: wrong.map((row) => `booking ${row.id} costs ${row.total}; its items come to ${row.items}`),
    };
  }
}
