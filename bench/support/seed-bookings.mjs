/** Bookings of long ago, as many as are wanted, with all the rows that making them would have left: what a grown marketplace holds. */
export async function seedBookings(client, count) {
  await client.query(BOOKINGS, [count]);
  await client.query(ITEMS);
  await client.query(KEYS);
  await client.query(EVENTS);
}

const BOOKINGS = `
  WITH traveller AS (
    SELECT users.id, row_number() OVER (ORDER BY users.id) - 1 AS nth FROM users
    WHERE NOT EXISTS (SELECT FROM vendor_members WHERE user_id = users.id)
  ), departure AS (
    SELECT departures.*, trips.vendor_id, trips.currency, trips.price_from, trips.cancellation_policy,
      row_number() OVER (ORDER BY departures.id) - 1 AS nth
    FROM departures JOIN trips ON trips.id = departures.trip_id
  ), draw AS MATERIALIZED (
    SELECT floor(random() * (SELECT count(*) FROM traveller)) AS traveller,
      floor(random() * (SELECT count(*) FROM departure)) AS departure
    FROM generate_series(1, $1::int)
  )
  INSERT INTO bookings (id, reference, user_id, vendor_id, trip_id, departure_id, status, seats, currency, total, paid, commission_bps,
    policy_snapshot, starts_at, ends_at, created_at, updated_at)
  SELECT uuidv7(), upper(substr(md5(random()::text), 1, 12)) || row_number() OVER (), traveller.id, departure.vendor_id,
    departure.trip_id, departure.id, 'confirmed', 2, departure.currency, departure.price_from * 2, departure.price_from * 2, 2000,
    departure.cancellation_policy, departure.starts_at, departure.ends_at, now(), now()
  FROM draw
  JOIN traveller ON traveller.nth = draw.traveller
  JOIN departure ON departure.nth = draw.departure`;

const ITEMS = `
  INSERT INTO booking_items (booking_id, unit_id, quantity, unit_price, amount)
  SELECT bookings.id, trip_units.id, 2, trip_units.price, trip_units.price * 2
  FROM bookings JOIN trip_units ON trip_units.trip_id = bookings.trip_id AND trip_units.type = 'adult'`;

const KEYS = `
  INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, status, created_at)
  SELECT user_id, gen_random_uuid()::text, 'POST /api/v1/bookings', md5(id::text), id, 201, now() FROM bookings`;

const EVENTS = `
  INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at, relayed_at)
  SELECT uuidv7(), 'booking.created', 1, id, jsonb_build_object('bookingId', id, 'userId', user_id, 'vendorId', vendor_id,
    'tripId', trip_id, 'departureId', departure_id, 'seats', seats, 'reference', reference,
    'total', jsonb_build_object('amount', total, 'currency', currency)), now(), now()
  FROM bookings`;
