import { randomUUID } from 'node:crypto';
import { any, PLACES, wanted } from '../support/words.mjs';

/** So many trips that everybody looks at. */
const POPULAR = 500;
const DAY_MS = 86_400_000;

const between = (least, most) => least + Math.floor(Math.random() * (most - least + 1));

/**
 * What each load asks for: the requests that a connection makes again and again, each time drawn anew.
 * `known` is what the seed left, `made` the bookings of earlier loads; `done` takes the milliseconds of several requests that belong together.
 */
export const LOADS = {
  'book, spread': ({ known }) => [book(known, () => any(known.departures))],
  'book, hot': ({ known }) => [book(known, () => known.departures[0])],
  'book + pay': ({ known, done }) => [
    {
      ...book(known, () => any(known.departures)),
      onResponse: (_, body, context) => (context.booked = body),
    },
    { ...pay, onResponse: (_, __, context) => done(performance.now() - context.startedAt) },
  ],
  'read booking': ({ made }) => [
    get(() => {
      const { id, traveller } = any(made);
      return { path: `/bookings/${id}`, traveller };
    }),
  ],
  'list bookings': ({ known }) => [
    get(() => ({ path: '/bookings?limit=20', traveller: any(known.travellers) })),
  ],
  'read trip, popular': ({ known }) => [
    get(() => ({ path: `/trips/${known.trips[between(0, POPULAR - 1)]}` })),
  ],
  'read trip, any': ({ known }) => [get(() => ({ path: `/trips/${any(known.trips)}` }))],
  'list, first page': () => [get(() => ({ path: '/trips?limit=20' }))],
  'list, any page': ({ known }) => [
    get(() => ({ path: `/trips?limit=20&cursor=${known.cursorAfter(any(known.trips))}` })),
  ],
  'search, words': () => [get(() => ({ path: `/trips?q=${encodeURIComponent(wanted())}` }))],
  'search, full pages': ({ known }) => [
    get(() => ({ path: `/trips?q=${encodeURIComponent(any(known.fullPages))}&limit=${between(15, 20)}` })),
  ],
  'search, price': () => [get(() => ({ path: `/trips?${priced()}` }))],
  'search, dates': () => [get(() => ({ path: `/trips?${dated()}` }))],
};

/** Remembers what it books in `made`. */
export const booking = ({ known, made }) => [
  {
    ...book(known, () => any(known.departures)),
    onResponse: (status, body, { traveller }) => {
      if (status === 201) made.push({ id: JSON.parse(body).id, traveller });
    },
  },
];

function book({ travellers }, departureOf) {
  return {
    setupRequest: (request, context) => {
      const { id, units } = departureOf();
      const items = units
        .slice(0, between(1, units.length))
        .map((unitId) => ({ unitId, quantity: between(1, 3) }));
      context.traveller = any(travellers);
      context.startedAt = performance.now();
      return post(request, '/bookings', context.traveller, { departureId: id, items });
    },
  };
}

const pay = {
  setupRequest: (request, { traveller, booked }) =>
    post(request, '/payments', traveller, { bookingId: JSON.parse(booked).id, paymentMethod: 'pm_ok' }),
};

const post = (request, path, traveller, body) => ({
  ...request,
  method: 'POST',
  path: `/api/v1${path}`,
  headers: {
    authorization: `Bearer ${traveller.token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  },
  body: JSON.stringify(body),
});

const get = (draw) => ({
  setupRequest: (request) => {
    const { path, traveller } = draw();
    return {
      ...request,
      path: `/api/v1${path}`,
      headers: traveller ? { authorization: `Bearer ${traveller.token}` } : {},
    };
  },
});

function priced() {
  const { country, currency } = any(PLACES);
  const minPrice = between(10, 200) * 100;
  const maxPrice = minPrice + between(50, 300) * 100;
  return new URLSearchParams({
    country,
    currency,
    minPrice,
    maxPrice,
    sort: any(['newest', 'price', '-price']),
  });
}

function dated() {
  const from = Date.now() + between(3, 250) * DAY_MS;
  const day = (instant) => new Date(instant).toISOString().slice(0, 10);
  return new URLSearchParams({
    from: day(from),
    to: day(from + between(1, 14) * DAY_MS),
    seats: between(1, 4),
  });
}
