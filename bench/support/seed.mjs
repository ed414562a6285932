import pg from 'pg';
import { seedBookings } from './seed-bookings.mjs';
import { ACTIVITIES, ADJECTIVES, EXTRAS, PLACES, SIGHTS } from './words.mjs';

const VENDORS_OF_A_PLACE = 4;
const VENDORS = VENDORS_OF_A_PLACE * PLACES.length;
/** For every booking that the bench could make. */
const ENDLESS = 10_000_000;
/** So many travellers, departures and trips are known to the load: more than it gets through in the life of a cache entry. */
const SAMPLE = 20_000;

/**
 * Fills a migrated, empty database: vendors, travellers, trips with their units, departures. Columns are named, so that new ones with
 * defaults do not matter. One trip in twenty is a draft; one departure in ten is sold out, and another has two seats left.
 * @returns what the load needs to know of it.
 */
export async function seed(url, { trips, departures, travellers, bookings = 0 }) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server may be stopped before it is done
  await client.connect();
  try {
    await client.query('BEGIN; SELECT setseed(0.5)');
    const places = JSON.stringify(PLACES);
    await client.query(PEOPLE, [VENDORS, travellers, places]);
    const words = [ADJECTIVES, ACTIVITIES, SIGHTS, EXTRAS];
    await client.query(TRIPS, [trips, VENDORS_OF_A_PLACE, places, ...words]);
    await client.query(UNITS);
    await client.query(DEPARTURES, [departures, ENDLESS]);
    await seedBookings(client, bookings);
    await client.query('COMMIT');
    await client.query(`VACUUM (FREEZE, ANALYZE) ${FILLED}${bookings > 0 ? `, ${FILLED_BY_BOOKINGS}` : ''}`);
    await client.query('CHECKPOINT');
    return await facts(client);
  } finally {
    await client.end();
  }
}

/** An empty table that has been analysed is planned for as one that stays empty. */
const FILLED = 'users, vendors, vendor_members, trips, trip_units, departures';
const FILLED_BY_BOOKINGS = 'bookings, booking_items, idempotency_keys, outbox';

const NTH_PLACE = `
  SELECT place.*, row_number() OVER () - 1 AS nth, count(*) OVER () AS all
  FROM jsonb_to_recordset($3::jsonb) AS place (country text, zone text, currency text, place text)`;

const PEOPLE = `
  WITH place AS (${NTH_PLACE}), person AS (
    INSERT INTO users (id, email, password_hash, name, role, created_at, updated_at)
    SELECT uuidv7(), 'user' || n || '@travellr.bench', 'none', 'Traveller ' || n, 'traveller', now(), now()
    FROM generate_series(1, $1::int + $2::int) n
    RETURNING id
  ), owner AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM person LIMIT $1),
  vendor AS (
    INSERT INTO vendors (id, business_name, phone, country, time_zone, default_currency, status, commission_bps,
      payout_schedule, payout_minimum, created_at, updated_at)
    SELECT uuidv7(), 'Vendor ' || n, '+3906123456', country, zone, currency, 'approved', 2000, 'weekly', 5000, now(), now()
    FROM generate_series(0, $1 - 1) n JOIN place ON place.nth = n % place.all
    ORDER BY n
    RETURNING id
  ), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM vendor)
  INSERT INTO vendor_members (vendor_id, user_id, role, created_at)
  SELECT numbered.id, owner.id, 'owner', now() FROM numbered JOIN owner USING (n)`;

/** @param skew 1: all alike; 3: of thirty words the first is drawn in every third title, the last in every hundredth. */
const drawn = (list, skew) =>
  `(${list}::text[])[1 + floor(power(random(), ${skew}) * cardinality(${list}::text[]))::int]`;

const POLICY = `{"name": "flexible", "tiers": [{"untilMinutesBefore": 1440, "refundBps": 10000}]}`;

const TRIPS = `
  WITH place AS (${NTH_PLACE}), vendor AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM vendors),
  draw AS MATERIALIZED (
    SELECT n, power(random(), 2) AS place, floor(random() * $2::int) AS vendor, random() AS published,
      1000 + 100 * floor(power(random(), 3) * 600) AS price, 60 * (1 + floor(random() * 10)) AS minutes,
      initcap(${drawn('$4', 3)} || ' ' || ${drawn('$5', 3)}) AS title,
      'A ' || ${drawn('$4', 2)} || ' ' || ${drawn('$5', 2)} || ' to the ' || ${drawn('$6', 3)} || ' and the ' || ${drawn('$6', 2)}
        || ', with someone who grew up there. We meet near the ' || ${drawn('$6', 2)} || '; '
        || ${drawn('$7', 2)} || ' and ' || ${drawn('$7', 2)} || ' are included. Not for those who are in a hurry: there is time to look around.' AS description
    FROM generate_series(1, $1::int) n
  )
  INSERT INTO trips (id, vendor_id, slug, title, description, location, country, time_zone, duration_minutes, currency, status,
    booking_cutoff_minutes, cancellation_policy, price_from, listed, created_at, updated_at)
  SELECT uuidv7(), vendor.id, 'trip-' || draw.n, draw.title || ' in ' || place.place, draw.description, place.place, place.country,
    place.zone, draw.minutes, place.currency, CASE WHEN draw.published < 0.95 THEN 'published' ELSE 'draft' END,
    60, '${POLICY}', draw.price, draw.published < 0.95, now(), now()
  FROM draw
  JOIN place ON place.nth = floor(draw.place * place.all)
  JOIN vendor ON vendor.nth = place.nth + place.all * draw.vendor
  ORDER BY draw.n`;

const UNITS = `
  INSERT INTO trip_units (id, trip_id, type, price, pax_count)
  SELECT uuidv7(), trips.id, unit.type, trips.price_from * unit.percent / 100, 1
  FROM trips CROSS JOIN (VALUES ('adult', 100), ('child', 60)) AS unit (type, percent)`;

const DEPARTURES = `
  WITH trip AS (
    SELECT id, time_zone, duration_minutes, row_number() OVER (ORDER BY id) - 1 AS nth FROM trips WHERE listed
  ), listed AS (SELECT count(*) AS trips FROM trip),
  draw AS MATERIALIZED (
    SELECT n, CASE WHEN $1 < trips THEN n * (trips / $1) ELSE n % trips END AS nth,
      date_trunc('hour', now()) + make_interval(days => 2 + (random() * 300)::int, hours => (n / trips)::int) AS starts_at
    FROM generate_series(0, $1::int - 1) n CROSS JOIN listed
  ), departure AS (
    SELECT DISTINCT ON (id, starts_at) * FROM draw JOIN trip USING (nth)
  )
  INSERT INTO departures (id, trip_id, local_start, starts_at, ends_at, cutoff_at, capacity, seats_booked, sellable, status,
    created_at, updated_at)
  SELECT uuidv7(), id, to_char(starts_at AT TIME ZONE time_zone, 'YYYY-MM-DD"T"HH24:MI:SS'), starts_at,
    starts_at + make_interval(mins => duration_minutes), starts_at - interval '1 hour',
    CASE WHEN n % 10 < 2 THEN 12 ELSE $2::int END, CASE n % 10 WHEN 0 THEN 12 WHEN 1 THEN 10 ELSE 0 END, true, 'scheduled', now(), now()
  FROM departure`;

async function facts(client) {
  const all = async (statement, values) => (await client.query(statement, values)).rows;
  const departures = await all(
    `SELECT departures.id, array_agg(trip_units.id ORDER BY trip_units.type) AS units
     FROM (SELECT id, trip_id FROM departures WHERE capacity = $1 ORDER BY id LIMIT $2) AS departures
     JOIN trip_units USING (trip_id) GROUP BY departures.id`,
    [ENDLESS, SAMPLE],
  );
  const trips = await all('SELECT id FROM trips WHERE listed ORDER BY md5(id::text) LIMIT $1', [SAMPLE]);
  // The first users own the vendors, those after them travel.
  const travellers = await all('SELECT id FROM users ORDER BY id OFFSET $1 LIMIT $2', [VENDORS, SAMPLE]);
  const bookings = await all('SELECT id, user_id AS "userId" FROM bookings ORDER BY md5(id::text) LIMIT $1', [
    SAMPLE,
  ]);
  return {
    departures,
    trips: trips.map(({ id }) => id),
    travellers: travellers.map(({ id }) => id),
    bookings,
  };
}
