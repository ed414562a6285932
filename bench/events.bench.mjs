/**
 * What happens after a booking is committed: how long until its handlers have had their effects, and how many events a second
 * workers deliver when many are waiting. README.md says what is measured, and how.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuOf, cpuOfFamily } from './support/cpu.mjs';
import { BenchServer } from './support/database.mjs';
import { Market } from './support/market.mjs';
import { PlainHouse } from './support/plain-house.mjs';
import { printMachine, summary } from './support/report.mjs';
import { startApi, startPlainWorker, startWorker, stopProcesses } from './support/processes.mjs';

const WARM_UP = 100;
/** Far enough apart that the worker has nothing else to do, and not in step with anything it does every second. */
const PAUSE_MS = { shortest: 30, longest: 70 };
const CLIENTS = 16;
const POLL_MS = 200;
const EVENT = 'booking.created';
const DELIVERED = `
  FROM outbox event JOIN consumed_events delivery ON delivery.event_id = event.event_id
  WHERE event.name IN ('${EVENT}', 'vendor.approved', 'vendor.suspended') AND event.sequence > $1`;

/** `--bookings`: how many the latency is measured on; `--backlog`: how many wait to be drained. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      bookings: { type: 'string', default: '500' },
      backlog: { type: 'string', default: '10000' },
    },
  });
  const server = await BenchServer.start();
  let stopped;
  const stop = () => (stopped ??= stopProcesses().then(() => server.stop()));
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  try {
    await printMachine(server);
    await latency(server, 'idle_apart', { bookings: Number(values.bookings), isInline: false });
    await latency(server, 'idle_inline', { bookings: Number(values.bookings), isInline: true });
    for (const handlers of [1, 2]) {
      const name = `plain_${handlers}`;
      await pilePlain(server, name, { events: Number(values.backlog), handlers });
      for (const count of [1, 2]) await drain(server, name, { count, start: startPlainWorker });
    }
    await pile(server, 'backlog', Number(values.backlog));
    for (const count of [1, 2]) await drain(server, 'backlog', { count, start: startWorker });
  } finally {
    await stop();
  }
}

async function latency(server, name, { bookings, isInline }) {
  const database = await server.create(name);
  const api = await startApi(database.url, { WORKER: isInline ? 'inline' : 'off' });
  const worker = isInline ? undefined : await startWorker(database.url);
  const market = await Market.open(api.url, WARM_UP + bookings);
  for (let count = 0; count < WARM_UP + bookings; count += 1) {
    await market.book();
    await sleep(PAUSE_MS.shortest + Math.random() * (PAUSE_MS.longest - PAUSE_MS.shortest));
  }
  await untilDelivered(database);
  await Promise.all([api.stop(), worker?.stop()]);

  console.log(
    `\nBooking to handler, one at a time, the worker ${isInline ? 'inline' : 'in a process of its own'}:`,
  );
  const rows = await database.query(
    `SELECT delivery.handler, (extract(epoch FROM
              pg_xact_commit_timestamp(delivery.xmin) - pg_xact_commit_timestamp(item.xmin)) * 1000)::float8 AS ms
     FROM booking_items item
     JOIN (SELECT id FROM bookings ORDER BY created_at OFFSET $1) AS booking ON booking.id = item.booking_id
     JOIN outbox event ON event.aggregate_id = booking.id AND event.name = '${EVENT}'
     JOIN consumed_events delivery ON delivery.event_id = event.event_id`,
    [WARM_UP],
  );
  for (const handler of [...new Set(rows.map((row) => row.handler))].sort().concat('all')) {
    const measured = rows.filter((row) => handler === 'all' || handler === row.handler);
    const line = summary(
      handler,
      measured.map(({ ms }) => ms),
    );
    console.log(`  ${line}`);
  }
}

/** Events for handlers that write a row each. */
async function pilePlain(server, name, { events, handlers }) {
  const { url } = await server.create(name);
  const house = await PlainHouse.open(url, { worker: false });
  await house.publish(events, handlers);
  await house.close();
  console.log(
    `\n${events} events, each for ${handlers === 1 ? 'one handler that writes' : 'two handlers that write'} a row.`,
  );
}

/** Bookings that no worker has heard of yet. */
async function pile(server, name, bookings) {
  const { url } = await server.create(name);
  const api = await startApi(url, { WORKER: 'off' });
  const worker = await startWorker(url);
  const market = await Market.open(api.url, bookings);
  await worker.stop();
  let left = bookings;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left-- > 0) await market.book();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`\n${bookings} bookings through the API, without a worker, in ${seconds.toFixed(1)} s.`);
  await api.stop();
}

/** On a copy of the backlog, so that each number of workers finds the same. */
async function drain(server, backlog, { count, start }) {
  const database = await server.create(`${backlog}_drained_by_${count}`, backlog);
  const [{ known }] = await database.query(
    'SELECT coalesce(max(sequence), 0) AS known FROM outbox WHERE relayed_at IS NOT NULL',
  );
  const workers = await Promise.all(Array.from({ length: count }, () => start(database.url)));
  const usage = async () => ({
    delivered: (
      await database.query(`SELECT count(DISTINCT event.event_id)::int AS n ${DELIVERED}`, [known])
    )[0].n,
    workers: workers.reduce((sum, { pid }) => sum + cpuOf(pid), 0),
    postgres: cpuOfFamily(await server.pid()),
  });
  const before = await usage();
  await untilDelivered(database);
  const after = await usage();
  await Promise.all(workers.map((worker) => worker.stop()));

  const [{ seconds, events, deliveries }] = await database.query(
    `SELECT extract(epoch FROM max(pg_xact_commit_timestamp(delivery.xmin)) - min(pg_xact_commit_timestamp(event.xmin)))::float8 AS seconds,
            count(DISTINCT event.event_id)::int AS events, count(*)::int AS deliveries ${DELIVERED}`,
    [known],
  );
  const cpuMs = (of) => (((after[of] - before[of]) / (after.delivered - before.delivered)) * 1000).toFixed(2);
  console.log(
    `\n${count} worker(s): ${events} events, ${deliveries} deliveries in ${seconds.toFixed(1)} s: ` +
      `${Math.round(events / seconds)} events/s, ${Math.round(deliveries / seconds)} deliveries/s`,
  );
  if (Number.isFinite(after.workers))
    console.log(`  CPU for each event: workers ${cpuMs('workers')} ms, PostgreSQL ${cpuMs('postgres')} ms`);
}

/** Until the outbox is empty and no delivery is waiting. */
async function untilDelivered(database) {
  for (;;) {
    const [{ waiting }] = await database.query(
      `SELECT EXISTS (SELECT FROM outbox WHERE relayed_at IS NULL)
           OR EXISTS (SELECT FROM graphile_worker.jobs WHERE task_identifier = 'deliver-event') AS waiting`,
    );
    if (!waiting) return;
    await sleep(POLL_MS);
  }
}
