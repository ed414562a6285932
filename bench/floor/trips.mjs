const DAY_MS = 86_400_000;
const FURTHEST_AHEAD_MS = 14 * 3_600_000;
const FURTHEST_BEHIND_MS = 12 * 3_600_000;

const COLUMNS = `trip.id, trip.vendor_id, trip.slug, trip.title, trip.description, trip.location, trip.country, trip.latitude,
  trip.longitude, trip.time_zone, trip.duration_minutes, trip.currency, trip.status, trip.listed, trip.booking_cutoff_minutes,
  trip.cancellation_policy, trip.price_from, trip.created_at, trip.updated_at, (
    SELECT json_agg(unit ORDER BY position) FROM (
      SELECT id, type, price, pax_count, min_age, max_age, min_quantity, max_quantity,
        array_position('{adult,youth,child,infant,senior,student,family}', type) AS position
      FROM trip_units WHERE trip_id = trip.id AND on_sale
    ) unit
  ) AS units`;

const TRIP = `SELECT ${COLUMNS} FROM trips trip WHERE id = $1 AND status = 'published'`;

const SORTS = {
  newest: { order: 'trip.id DESC', after: (price, id) => `trip.id < ${id}` },
  price: {
    order: 'trip.price_from, trip.id',
    after: (price, id) => `(trip.price_from, trip.id) > (${price}, ${id})`,
  },
  '-price': {
    order: 'trip.price_from DESC, trip.id DESC',
    after: (price, id) => `(trip.price_from, trip.id) < (${price}, ${id})`,
  },
};

const day = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' };
const tripSchema = { params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } } };
const searchSchema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      q: { type: 'string', maxLength: 200 },
      country: { type: 'string', pattern: '^[A-Z]{2}$' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      minPrice: { type: 'integer', minimum: 0 },
      maxPrice: { type: 'integer', minimum: 0 },
      from: day,
      to: day,
      seats: { type: 'integer', minimum: 1, maximum: 1000 },
      sort: { enum: Object.keys(SORTS), default: 'newest' },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      cursor: { type: 'string', maxLength: 500 },
    },
  },
};

export function readTrips(server, pool) {
  const read = async (request, reply) => {
    const { rows } = await pool.query({ name: 'trip', text: TRIP, values: [request.params.id] });
    return rows[0] ? toTrip(rows[0]) : reply.code(404).send({ title: 'no such trip' });
  };
  const list = async ({ query }) => {
    const { rows } = await pool.query(search(query));
    const data = rows.slice(0, query.limit);
    const last = data.at(-1);
    const nextCursor = rows.length > query.limit ? encode([Number(last.price_from), last.id]) : null;
    return { data: data.map(toTrip), nextCursor };
  };
  server.get('/api/v1/trips/:id', { schema: tripSchema }, read);
  server.get('/api/v1/trips', { schema: searchSchema }, list);
}

/** One statement for trips and units. Only a plain list is named: the best plan of a search depends on what is searched for. */
function search({ q, country, currency, minPrice, maxPrice, from, to, seats, sort, limit, cursor }) {
  const values = [];
  const $ = (value) => `$${values.push(value)}`;
  const where = ['trip.listed'];
  if (q) where.push(`trip.search @@ websearch_to_tsquery('english', ${$(q)})`);
  if (country) where.push(`trip.country = ${$(country)}`);
  if (currency) where.push(`trip.currency = ${$(currency)}`);
  if (minPrice !== undefined) where.push(`trip.price_from >= ${$(minPrice)}`);
  if (maxPrice !== undefined) where.push(`trip.price_from <= ${$(maxPrice)}`);
  if (from || to || seats)
    where.push(
      `EXISTS (SELECT FROM departures departure WHERE ${sells({ from, to, seats }, $).join(' AND ')})`,
    );
  const { order, after } = SORTS[sort];
  const isPlain = values.length === 0;
  if (cursor) {
    const [price, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    where.push(sort === 'newest' ? after(undefined, $(id)) : after($(price), $(id)));
  }
  const found = `SELECT trip.* FROM trips trip WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${$(limit + 1)}`;
  const text = `SELECT ${COLUMNS} FROM (${found}) trip ORDER BY ${order}`;
  return { name: isPlain ? `list ${sort} ${Boolean(cursor)}` : undefined, text, values };
}

function sells({ from, to, seats = 1 }, $) {
  const now = $(new Date());
  const conditions = [
    'departure.trip_id = trip.id',
    `departure.sellable AND departure.status = 'scheduled' AND departure.cutoff_at > ${now} AND departure.starts_at > ${now}`,
    `departure.capacity - departure.seats_held - departure.seats_booked >= ${$(seats)}`,
  ];
  if (from) {
    conditions.push(`departure.starts_at >= ${$(new Date(Date.parse(from) - FURTHEST_AHEAD_MS))}`);
    conditions.push(`departure.local_start >= ${$(from)}`);
  }
  if (to) {
    conditions.push(`departure.starts_at <= ${$(new Date(Date.parse(to) + DAY_MS + FURTHEST_BEHIND_MS))}`);
    conditions.push(`departure.local_start < ${$(`${to}T24`)}`);
  }
  return conditions;
}

const encode = (key) => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The product's shape of it. */
function toTrip(row) {
  const money = (amount) => ({ amount: Number(amount), currency: row.currency });
  return {
    id: row.id,
    vendorId: row.vendor_id,
    slug: row.slug,
    title: row.title,
    description: row.description,
    location: row.location,
    country: row.country,
    latitude: row.latitude,
    longitude: row.longitude,
    timeZone: row.time_zone,
    durationMinutes: row.duration_minutes,
    currency: row.currency,
    status: row.status,
    listed: row.listed,
    bookingCutoffMinutes: row.booking_cutoff_minutes,
    cancellationPolicy: row.cancellation_policy,
    priceFrom: money(row.price_from),
    units: row.units.map((unit) => ({
      id: unit.id,
      type: unit.type,
      price: money(unit.price),
      paxCount: unit.pax_count,
      minAge: unit.min_age,
      maxAge: unit.max_age,
      minQuantity: unit.min_quantity,
      maxQuantity: unit.max_quantity,
    })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
