import { createHash, randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { BOOKING, toBooking } from './booking.mjs';

const HOLD_MS = 24 * 60 * 60_000;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const uuid = { type: 'string', format: 'uuid' };
const item = {
  type: 'object',
  required: ['unitId', 'quantity'],
  additionalProperties: false,
  properties: { unitId: uuid, quantity: { type: 'integer', minimum: 1, maximum: 1000 } },
};
const contact = {
  type: 'object',
  required: ['name', 'email'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    email: { type: 'string', format: 'email' },
    phone: { type: 'string', maxLength: 20 },
  },
};
export const bookSchema = {
  headers: {
    type: 'object',
    required: ['idempotency-key'],
    properties: { 'idempotency-key': { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' } },
  },
  body: {
    type: 'object',
    required: ['departureId', 'items'],
    additionalProperties: false,
    properties: {
      departureId: uuid,
      items: { type: 'array', minItems: 1, maxItems: 20, items: item },
      contact,
    },
  },
};

/** All of a booking in one round trip and one commit. The row of the departure is locked last of what is read, first of what is written. */
const BOOK = `
  WITH line AS (
    SELECT unit.trip_id, unit.id AS unit_id, item.quantity, unit.price AS unit_price, unit.price * item.quantity AS amount,
      unit.pax_count * item.quantity AS seats
    FROM unnest($4::uuid[], $5::int[]) AS item (unit_id, quantity)
    JOIN trip_units unit ON unit.id = item.unit_id AND unit.on_sale
      AND item.quantity BETWEEN coalesce(unit.min_quantity, 1) AND coalesce(unit.max_quantity, 1000)
  ), price AS (
    SELECT min(trip_id::text)::uuid AS trip_id, sum(seats)::int AS seats, sum(amount)::bigint AS total
    FROM line HAVING count(*) = cardinality($4::uuid[]) AND count(DISTINCT trip_id) = 1
  ), claimed AS (
    UPDATE departures departure SET seats_held = seats_held + price.seats
    FROM price
    JOIN trips trip ON trip.id = price.trip_id
    JOIN vendors vendor ON vendor.id = trip.vendor_id
    WHERE departure.id = $3 AND departure.trip_id = price.trip_id
      AND departure.status = 'scheduled' AND departure.sellable AND departure.cutoff_at > $9
      AND departure.capacity - departure.seats_held - departure.seats_booked >= price.seats
    RETURNING departure.id, departure.starts_at, departure.ends_at, trip.id AS trip_id, trip.vendor_id, trip.currency,
      trip.cancellation_policy, vendor.commission_bps, price.seats, price.total
  ), booking AS (
    INSERT INTO bookings (id, reference, user_id, vendor_id, trip_id, departure_id, status, seats, currency, total, commission_bps,
      policy_snapshot, contact, starts_at, ends_at, hold_expires_at, created_at, updated_at)
    SELECT $1, $6, $2, vendor_id, trip_id, id, 'pending', seats, currency, total, commission_bps,
      cancellation_policy, $7, starts_at, ends_at, $8, $9, $9
    FROM claimed
    RETURNING *
  ), item AS (
    INSERT INTO booking_items (booking_id, unit_id, quantity, unit_price, amount)
    SELECT booking.id, line.unit_id, line.quantity, line.unit_price, line.amount FROM booking, line
    RETURNING unit_id, quantity, unit_price, amount
  ), key AS (
    INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, status, created_at)
    SELECT $2, $10, 'POST /api/v1/bookings', $11, id, 201, $9 FROM booking
  ), event AS (
    INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at)
    SELECT $12, 'booking.created', 1, id, jsonb_build_object('bookingId', id, 'userId', user_id, 'vendorId', vendor_id, 'tripId', trip_id,
      'departureId', departure_id, 'seats', seats, 'reference', reference,
      'total', jsonb_build_object('amount', total, 'currency', currency), 'holdExpiresAt', hold_expires_at), $9
    FROM booking
  )
  SELECT booking.*, (SELECT json_agg(item) FROM item) AS items FROM booking`;

export function bookingRoute(pool) {
  return async (request, reply) => {
    const { departureId, items, contact = null } = request.body;
    const key = request.headers['idempotency-key'];
    const bodyHash = createHash('sha256').update(JSON.stringify(request.body)).digest('base64url');
    const now = new Date();
    const values = [
      newId(),
      request.userId,
      departureId,
      items.map(({ unitId }) => unitId),
      items.map(({ quantity }) => quantity),
      Array.from({ length: 12 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
      contact,
      new Date(now.getTime() + HOLD_MS),
      now,
      key,
      bodyHash,
      newId(),
    ];
    try {
      const { rows } = await pool.query({ name: 'book', text: BOOK, values });
      if (rows.length === 0) return reply.code(409).send({ title: 'not on sale, or not so many' });
      return reply.code(201).send(toBooking(rows[0]));
    } catch (error) {
      if (error.constraint !== 'idempotency_keys_pkey') throw error;
      return replay(pool, request, reply, bodyHash);
    }
  };
}

async function replay(pool, request, reply, bodyHash) {
  const { rows } = await pool.query({
    name: 'key',
    text: 'SELECT body_hash, resource_id, status FROM idempotency_keys WHERE actor_id = $1 AND key = $2',
    values: [request.userId, request.headers['idempotency-key']],
  });
  if (rows[0].body_hash !== bodyHash)
    return reply.code(422).send({ title: 'the key was used for something else' });
  const found = await pool.query({
    name: 'booking',
    text: BOOKING,
    values: [rows[0].resource_id, request.userId],
  });
  return reply.code(rows[0].status).header('idempotency-replayed', 'true').send(toBooking(found.rows[0]));
}
