import { isDeepStrictEqual } from 'node:util';

/** Where product and floor do not answer alike, the comparison would mean nothing: says so. */
export async function compareAnswers(product, floor, known) {
  const paths = [
    `/trips/${known.trips[0]}`,
    '/trips?limit=20',
    '/trips?q=walk%20rome',
    '/trips?country=IT&currency=EUR&minPrice=2000&maxPrice=9000&sort=-price',
    `/trips?from=${dayFromNow(20)}&to=${dayFromNow(40)}&seats=2`,
  ];
  for (const path of paths) {
    const [ours, theirs] = await Promise.all([product, floor].map((server) => read(server, path)));
    if (!isDeepStrictEqual(ours, theirs)) console.log(`The floor answers otherwise: GET ${path}`);
  }
  const [ours, theirs] = await Promise.all([product, floor].map((server) => book(server, known)));
  if (!isDeepStrictEqual(shapeOf(ours), shapeOf(theirs)))
    console.log('The floor answers otherwise: POST /bookings');
}

const dayFromNow = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function read({ url }, path) {
  const { nextCursor: _, ...body } = await (await fetch(`${url}${path}`)).json();
  return body;
}

async function book({ url }, { travellers: [{ token }], departures: [{ id, units }] }) {
  const response = await fetch(`${url}/bookings`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': 'first',
    },
    body: JSON.stringify({ departureId: id, items: units.map((unitId) => ({ unitId, quantity: 2 })) }),
  });
  return response.json();
}

/** Each value's kind in place of it, with what does not depend on who asks when. */
function shapeOf(value) {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort()
        .map(([key, each]) => [key, shapeOf(each)]),
    );
  return typeof value === 'string' ? 'text' : value;
}
