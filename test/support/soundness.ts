import type { ApiClient } from './client.js';
import { expectOk } from './shop.js';

export type Query = <T>(statement: string, parameters?: unknown[]) => Promise<T[]>;

/**
 * SQL: the jobs that tell the outside. What their worker was sending when it was killed, they send again after minutes: as long as
 * the attempt of a worker that is alive could take.
 */
export const TELLING = '{send-email,send-webhook}';

/** What must never be found once everything has come to rest; each statement selects one sentence per violation. */
const VIOLATIONS: readonly string[] = [
  `SELECT format('departure %s has %s held and %s booked of %s', id, seats_held, seats_booked, capacity)
   FROM departures WHERE least(seats_held, seats_booked) < 0 OR seats_held + seats_booked > capacity`,

  `SELECT format('the gateway charged %s for %s, and our payment %s says %s', charge.amount, charge.id, payment.id, payment.captured)
   FROM mock_gateway_payments charge LEFT JOIN payments payment ON payment.gateway_payment_id = charge.id
   WHERE charge.status = 'succeeded' AND (payment.captured, payment.status) IS DISTINCT FROM (charge.amount, 'succeeded')`,

  `SELECT format('the gateway gave back %s of %s, and our payment %s says %s', charge.refunded, charge.id, payment.id, payment.refunded)
   FROM mock_gateway_payments charge LEFT JOIN payments payment ON payment.gateway_payment_id = charge.id
   WHERE charge.refunded IS DISTINCT FROM coalesce(payment.refunded, 0)`,

  `SELECT format('booking %s costs %s and %s was charged and kept', booking.id, booking.total, kept)
   FROM bookings booking JOIN (
     SELECT (metadata->>'bookingId')::uuid AS booking_id, sum(amount - refunded) AS kept
     FROM mock_gateway_payments WHERE status = 'succeeded' GROUP BY 1
   ) AS charges ON charges.booking_id = booking.id
   WHERE kept > booking.total`,

  `SELECT format('booking %s costs %s and was paid %s', id, total, paid) FROM bookings
   WHERE paid > total OR (status IN ('confirmed', 'completed') AND paid <> total)`,

  `SELECT format('booking %s is %s, was never confirmed, and keeps %s', id, status, paid - refund_committed) FROM bookings
   WHERE status IN ('expired', 'cancelled') AND paid > refund_committed
     AND NOT EXISTS (SELECT FROM outbox WHERE aggregate_id = bookings.id AND name = 'booking.confirmed')`,

  `SELECT format('booking %s was promised %s back and has %s', booking.id, event.payload->'refund'->>'amount', refund_committed)
   FROM bookings booking JOIN outbox event ON event.aggregate_id = booking.id AND event.name = 'booking.cancelled'
   WHERE refund_committed < (event.payload->'refund'->>'amount')::bigint`,

  `SELECT format('payment %s is superseded and keeps %s', id, captured - refunded) FROM payments
   WHERE superseded AND captured <> refunded`,

  `SELECT format('refund %s is %s', id, status) FROM refunds WHERE status <> 'succeeded'`,

  `SELECT format('payment %s is still %s, with its booking %s', payment.id, payment.status, booking.status)
   FROM payments payment JOIN bookings booking ON booking.id = payment.booking_id
   WHERE payment.status IN ('pending', 'processing', 'unknown')
      OR (payment.status = 'requires_action' AND booking.status <> 'pending')`,

  `SELECT format('event %s %s is not relayed', name, event_id) FROM outbox WHERE relayed_at IS NULL`,

  `SELECT format('job %s is left after %s attempt(s), locked by %s: %s', task_identifier, attempts, coalesce(locked_by, 'nobody'), last_error)
   FROM graphile_worker.jobs WHERE task_identifier <> ALL ('${TELLING}')`,
];

/** @returns a sentence for each violation of the promises, as far as the tables tell. Call it once nothing is under way. */
export async function violations(query: Query): Promise<string[]> {
  const found: string[] = [];
  for (const statement of VIOLATIONS) {
    found.push(...(await query<{ format: string }>(statement)).map(({ format }) => format));
  }
  return found;
}

/** That {@link violations} finds nothing. */
export async function expectSound(query: Query): Promise<void> {
  expect(await violations(query)).toEqual([]);
}

/** @returns the deliveries that are not done, as `event -> handler: status`, over all events there are. */
export async function undelivered(admin: ApiClient): Promise<string[]> {
  return (await deliveries(admin))
    .filter(({ status }) => status !== 'done')
    .map(
      ({ eventName, handler, status, lastError }) =>
        `${eventName} -> ${handler}: ${status} ${lastError ?? ''}`,
    );
}

/** @returns each event there is, with each handler that listens for it, as the API tells it. */
export async function deliveries(admin: ApiClient): Promise<EventDelivery[]> {
  const all: EventDelivery[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: EventPage = expectOk(
      await admin.get(`/admin/events?limit=100${cursor && `&cursor=${cursor}`}`),
    );
    for (const { eventId, eventName, deliveries } of page.data)
      all.push(...deliveries.map((delivery) => ({ eventId, eventName, ...delivery })));
    cursor = page.nextCursor;
  }
  return all;
}

interface Delivery {
  handler: string;
  status: string;
  lastError?: string;
}

type EventDelivery = Delivery & { eventId: string; eventName: string };

interface EventPage {
  data: { eventId: string; eventName: string; deliveries: Delivery[] }[];
  nextCursor: string | null;
}
