/** How cost grows: with ten times the trips, with ten times the bookings, with more clients at once. README.md says more. */
import { parseArgs } from 'node:util';
import { fullPages } from './support/full-pages.mjs';
import { rounds } from './support/rounds.mjs';
import { Stage } from './support/stage.mjs';
import { growthHead, growthRow, timesRow } from './support/table.mjs';

const BY_TRIPS = [
  'list, first page',
  'list, any page',
  'search, full pages',
  'search, price',
  'search, dates',
  'search, words',
];
/** Among few trips half of these searches have less than a page to show: what there is more of to find, and to show, takes longer. */
const SHOWS_MORE = 'search, words';
const BY_BOOKINGS = ['book, spread', 'read booking', 'list bookings'];
const BY_CLIENTS = ['book, spread', 'book, hot', 'read booking'];
const SHOWN = { rate: 'requests a second', p50: 'p50 ms', p99: 'p99 ms' };
const TRAVELLERS = 200;
const CLIENTS = 32;
const BOOKINGS_TO_READ = 2000;
/** How much slower a list or search may become with ten times the trips. */
const MOST_TIMES = 1.5;

const OPTIONS = {
  trips: { type: 'string', default: '10000,100000' },
  bookings: { type: 'string', default: '20000,200000' },
  clients: { type: 'string', default: '1,4,16,64' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '1.5' },
};

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const pace = { count: Number(values.rounds), seconds: Number(values.seconds), clients: CLIENTS };
  await Stage.run(async (stage) => {
    await byTrips(stage, numbers(values.trips), pace);
    await byBookings(stage, numbers(values.bookings), pace);
    await byClients(stage, numbers(values.clients), pace);
  });
}

/** As many departures as trips. */
function byTrips(stage, sizes, pace) {
  const size = (trips) => ({ trips, departures: trips, travellers: TRAVELLERS });
  return bySize(stage, { of: 'trips', sizes, size, loads: BY_TRIPS, promised: MOST_TIMES }, pace);
}

function byBookings(stage, sizes, pace) {
  const size = (bookings) => ({ trips: 10_000, departures: 10_000, travellers: TRAVELLERS, bookings });
  return bySize(stage, { of: 'bookings', sizes, size, loads: BY_BOOKINGS }, pace);
}

/** The product once on each size, all up at once and loaded by turns. */
async function bySize(stage, { of, sizes, size, loads, promised }, pace) {
  const servers = [];
  for (const count of sizes) {
    const name = `${of}_${count}`;
    servers.push(await stage.startProduct(name, await stage.seed(`seed_${name}`, size(count))));
  }
  if (loads.includes('search, full pages')) {
    const pages = await fullPages(servers[0]);
    for (const server of servers) stage.tell(server, { fullPages: pages });
  }
  const names = sizes.map((count) => `${count} ${of}`);
  console.log(`\n${pace.clients} clients, p50 in ms:\n${growthHead(names)}`);
  const times = [];
  for (const load of loads) {
    const measured = await rounds(stage, servers, load, pace);
    const p50s = measured.map(({ p50 }) => p50);
    console.log(timesRow(load, p50s));
    if (load !== SHOWS_MORE) times.push(...p50s.slice(1).map((p50, index) => p50 / p50s[index]));
  }
  if (promised)
    console.log(
      `The most, but for "${SHOWS_MORE}": x ${Math.max(...times).toFixed(2)} (promised: under ${promised})`,
    );
  for (const server of servers) await server.stop();
}

async function byClients(stage, counts, pace) {
  const seeded = await stage.seed('seed_clients', {
    trips: 10_000,
    departures: 10_000,
    travellers: TRAVELLERS,
  });
  const servers = [await stage.startProduct('product', seeded), await stage.startFloor(seeded)];
  for (const server of servers) await stage.loader.book(server, BOOKINGS_TO_READ, pace.clients);
  const names = counts.map((count) => `${count} at once`);
  console.log(`\n${growthHead(names)}`);
  for (const load of BY_CLIENTS) {
    const measured = [];
    for (const clients of counts) measured.push(await rounds(stage, servers, load, { ...pace, clients }));
    for (const [index, { name }] of servers.entries())
      for (const [of, unit] of Object.entries(SHOWN)) {
        const values = measured.map((results) => results[index][of]);
        console.log(growthRow(`${load}: ${name}, ${unit}`, values));
      }
  }
}

const numbers = (text) => text.split(',').map(Number);
