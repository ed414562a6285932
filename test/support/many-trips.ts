/** Rows past the product, as many as it takes for PostgreSQL to care how it finds them: some three seconds. */
export async function seedMany(
  query: (statement: string) => Promise<unknown>,
  { vendorId, userId }: { vendorId: string; userId: string },
): Promise<void> {
  for (const statement of [trips(vendorId), units, departures, bookings(vendorId, userId), items, analyze]) {
    await query(statement);
  }
}

/** UUIDv7 of the `n`-th second of 2026, so that ids are in the order of time. */
const idAt = (n: string) =>
  `(lpad(to_hex((1767225600000 + ${n} * 1000::bigint) >> 16), 8, '0') || '-' || lpad(to_hex((1767225600000 + ${n} * 1000::bigint) & 65535), 4, '0')
    || '-7000-8000-' || substr(md5(random()::text), 1, 12))::uuid`;

/** One in 20 is not listed; one in 10,000 is in New Zealand, one in 5,000 has an axolotl, and one in 16 salt pans. */
const trips = (vendorId: string) => /* sql */ `
  INSERT INTO trips (id, vendor_id, slug, title, description, location, country, time_zone, duration_minutes, currency, status,
    booking_cutoff_minutes, cancellation_policy, price_from, listed, search, created_at, updated_at)
  SELECT ${idAt('n')}, '${vendorId}', 'trip-' || n, 'Walk number ' || n,
    'A day out' || CASE WHEN n % 5000 = 7 THEN ' with an axolotl' WHEN n % 16 = 1 THEN ' at the salt pans' ELSE '' END, 'Place ' || n % 500,
    CASE WHEN n % 10000 = 7 THEN 'NZ' ELSE (ARRAY['PE', 'BO', 'CL', 'EC', 'JP', 'IT', 'ES', 'FR', 'KE'])[1 + n % 9] END, 'UTC', 60,
    (ARRAY['USD', 'EUR', 'JPY'])[1 + n / 9 % 3], 'published', 0, '{"name":"custom","tiers":[]}', 1000 + n * 7919 % 50000,
    n % 20 > 0, '', '2027-01-01', '2027-01-01'
  FROM generate_series(1, 20000) n`;

const units = /* sql */ `
  INSERT INTO trip_units (id, trip_id, type, price, pax_count) SELECT gen_random_uuid(), id, 'adult', price_from, 1 FROM trips
  ON CONFLICT DO NOTHING`;

/** Two a trip, over 290 days. */
const departures = /* sql */ `
  INSERT INTO departures (id, trip_id, local_start, starts_at, ends_at, cutoff_at, capacity, sellable, status, created_at, updated_at)
  SELECT ${idAt('row_number() OVER ()')}, trip.id, to_char(start, 'YYYY-MM-DD"T"HH24:MI:SS'), start, start + interval '1 hour', start,
    2 + n * 3, trip.listed, 'scheduled', '2027-01-01', '2027-01-01'
  FROM trips trip CROSS JOIN generate_series(1, 2) n,
    LATERAL (SELECT timestamptz '2027-01-01Z' + (n * 100 + hashtext(trip.slug) % 90) * interval '1 day' AS start) AS at`;

/** Nine in ten are archived, the rest live; all are one traveller's and one vendor's. */
const bookings = (vendorId: string, userId: string) => /* sql */ `
  INSERT INTO bookings (id, reference, user_id, vendor_id, trip_id, departure_id, status, seats, currency, total, commission_bps,
    policy_snapshot, starts_at, ends_at, hold_expires_at, archived_at, created_at, updated_at)
  SELECT ${idAt('n')}, 'R' || n, '${userId}', '${vendorId}', d.trip_id, d.id,
    CASE WHEN n <= 9000 THEN 'completed' WHEN n % 4 = 0 THEN 'pending' ELSE 'confirmed' END, 0, 'USD', 100, 2000,
    '{"name":"custom","tiers":[]}', d.starts_at, d.ends_at,
    CASE WHEN n > 9000 AND n % 4 = 0 THEN timestamptz '2027-06-01' END, CASE WHEN n <= 9000 THEN timestamptz '2027-01-01' END,
    '2027-01-01', '2027-01-01'
  FROM (SELECT id, trip_id, starts_at, ends_at, row_number() OVER () AS n FROM departures LIMIT 10000) d`;

const items = /* sql */ `
  INSERT INTO booking_items (booking_id, unit_id, quantity, unit_price, amount)
  SELECT b.id, u.id, 1, 100, 100 FROM bookings b JOIN trip_units u ON u.trip_id = b.trip_id`;

/** Index-only scans need to know what all may see. */
const analyze = 'VACUUM (ANALYZE) trips, trip_units, departures, bookings, booking_items, vendors';
