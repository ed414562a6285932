/**
 * node server.mjs: what the product is measured against, until SIGTERM. One plain Fastify with pg and SQL by hand on the product's schema,
 * doing the work of a few routes as a good engineer would who needs nothing else: token, validation, the same rows, the same answers.
 * It caches nothing. What the product does besides is in bench/README.md.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { bookingRoute, bookSchema } from './book.mjs';
import { readBooking } from './booking.mjs';
import { tokenCheck } from './token.mjs';
import { readTrips } from './trips.mjs';

// oxlint-disable-next-line node/no-process-env -- handed over by the bench
const { DATABASE_URL, JWT_SECRET, PORT } = process.env;

/** As many connections as the product takes unless told otherwise. */
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16, min: 16, idleTimeoutMillis: 0 });
pool.on('error', () => undefined);

const server = Fastify({ logger: false });
const signedIn = tokenCheck(JWT_SECRET);
server.post('/api/v1/bookings', { schema: bookSchema, preHandler: signedIn }, bookingRoute(pool));
readBooking(server, pool, signedIn);
readTrips(server, pool);

process.once('SIGTERM', () => void server.close().then(() => pool.end()));
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
console.log('The floor is ready');
