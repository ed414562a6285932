import { loadConfig } from '@app/config';
import { InvalidRequest, RequestValidation } from '@app/http';
import fc from 'fast-check';
import { AppModule } from '../apps/api/src/app.module.js';
import { BookingQuery, CreateBooking, UpdateBooking } from '../libs/bookings/src/booking.dto.js';
import { accept, UNDECIDED } from '../libs/http/src/fields/acceptance.js';
import { Pay } from '../libs/payments/src/payment.dto.js';
import { TripSearchQuery } from '../libs/trips/src/search/trip-search.dto.js';
import { randomRequest } from './support/random-request.js';
import { requestClassesOf, type RequestClass } from './support/request-classes.js';

/** Fixed, so that a failure comes again; SEED chooses another. */
const seed = Number(process.env['SEED'] ?? 20_270_101);
const RUNS = 25;
const ID = '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11';

const requestClasses = requestClassesOf(
  AppModule.forRoot(
    loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: 'postgres://nowhere',
      JWT_SECRET: 'x'.repeat(40),
      WORKER: 'off',
    }),
  ),
);
const pipe = new RequestValidation();

/** As class-validator alone judges it: the fast path takes only what comes out of a parser. @returns undefined when it is refused. */
async function judged(request: object, { type, metatype }: RequestClass): Promise<unknown> {
  const disguised = Object.assign(
    Object.create(Object.create(Object.prototype) as object),
    request,
  ) as object;
  try {
    return await pipe.transform(disguised, { type, metatype });
  } catch (error) {
    if (error instanceof InvalidRequest) return undefined;
    throw error;
  }
}

describe(`the fast path of validation (seed ${seed})`, () => {
  it('knows the requests of every route', () => {
    expect(requestClasses.map(({ metatype }) => metatype)).toEqual(
      expect.arrayContaining([CreateBooking, UpdateBooking, BookingQuery, Pay, TripSearchQuery]),
    );
    expect(requestClasses.length).toBeGreaterThan(40);
  });

  const contact = { name: 'Zoë', email: 'ada@example.com', phone: '+14155550123' };
  it.each([
    {
      metatype: CreateBooking,
      request: { departureId: ID, items: [{ unitId: ID.toUpperCase(), quantity: 2 }] },
    },
    { metatype: CreateBooking, request: { departureId: ID, items: [{ unitId: ID, quantity: 1 }], contact } },
    { metatype: Pay, request: { bookingId: ID, paymentMethod: 'pm_ok' } },
    { metatype: BookingQuery, request: { limit: '50', status: 'confirmed', archived: 'true' } },
    { metatype: BookingQuery, request: {} },
    { metatype: TripSearchQuery, request: { q: 'walk', country: 'PE', seats: '2', sort: 'price' } },
  ])('is taken by a usual $metatype.name', ({ metatype, request }) => {
    expect(accept<object>(metatype, request)).toBeInstanceOf(metatype);
  });

  it('accepts nothing but what is accepted without it, and makes the same of it', async () => {
    let accepted = 0;
    for (const one of requestClasses) {
      const sameResult = async (request: object) => {
        const fast = accept(one.metatype, request);
        if (fast === UNDECIDED) return;
        accepted += 1;
        expect(fast).toStrictEqual(await judged(request, one));
      };
      await fc.assert(fc.asyncProperty(randomRequest(one.metatype), sameResult), { seed, numRuns: RUNS });
    }
    expect(accepted / requestClasses.length).toBeGreaterThan(RUNS / 4);
  });
});
