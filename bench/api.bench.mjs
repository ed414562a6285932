/** The product beside its floor, load by load. README.md says what is measured, and how; docs/PERFORMANCE.md what came of it. */
import { parseArgs } from 'node:util';
import { memoryOf } from './support/memory.mjs';
import { median } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';
import { compareAnswers } from './support/same-answers.mjs';
import { Stage } from './support/stage.mjs';
import { printVerdicts, row, tableHead } from './support/table.mjs';

const BOOK = 'book, spread';
/** What is promised of each: the least ratio to the floor, the most p99 as a multiple of the floor's, the most CPU a request in ms. */
const LOADS = [
  { load: BOOK, ratio: 0.7, p99: 2, cpuMs: 2 },
  { load: 'book, hot', ratio: 1.5, p99: 2, cpuMs: 2 },
  { load: 'read booking', ratio: 0.8, p99: 2, cpuMs: 1 },
  { load: 'read trip, popular', ratio: 0.9, p99: 2, cpuMs: 1 },
  { load: 'read trip, any' },
  { load: 'list, first page', ratio: 0.8, p99: 2 },
  { load: 'list, any page', ratio: 0.8, p99: 2 },
  { load: 'search, words' },
  { load: 'search, price' },
  { load: 'search, dates' },
];
/** Beside the floor's booking alone. */
const PAY = { load: 'book + pay', ratio: 0.25 };
const BOOKINGS_TO_READ = 2000;
const FIRST_SALES_SECONDS = 15;
const MEMORY_LIMIT_MB = 180;

const OPTIONS = {
  trips: { type: 'string' },
  departures: { type: 'string', default: '10000' },
  travellers: { type: 'string', default: '200' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string' },
  clients: { type: 'string', default: '32' },
  only: { type: 'string', default: '' },
  quick: { type: 'boolean', default: false },
};

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const size = {
    trips: Number(values.trips ?? (values.quick ? 20_000 : 100_000)),
    departures: Number(values.departures),
    travellers: Number(values.travellers),
  };
  const pace = {
    count: Number(values.rounds),
    seconds: Number(values.seconds ?? (values.quick ? 0.6 : 2.5)),
    clients: Number(values.clients),
  };
  await Stage.run(async (stage) => compare(stage, await stage.seed('seeded', size), pace, values.only));
}

async function compare(stage, seeded, pace, only) {
  const product = await stage.startProduct('product', seeded);
  const floor = await stage.startFloor(seeded);
  await compareAnswers(product, floor, seeded.known);
  for (const server of [product, floor]) await stage.loader.book(server, BOOKINGS_TO_READ, pace.clients);
  console.log(
    `${pace.clients} clients, medians of ${pace.count} rounds of ${pace.seconds} s each, by turns.\n`,
  );

  const verdicts = [];
  console.log(tableHead);
  for (const promise of LOADS.filter(({ load }) => load.startsWith(only))) {
    const [ours, theirs] = await rounds(stage, [product, floor], promise.load, pace);
    console.log(row(promise.load, ours, theirs));
    verdicts.push({ promise, ours, theirs });
  }
  const withBookings = BOOK.startsWith(only);
  if (withBookings) {
    // Most vendors have sold something before: the first sale opens a vendor's accounts.
    await stage.measure(product, PAY.load, { ...pace, seconds: FIRST_SALES_SECONDS });
    const [ours, theirs] = await rounds(
      stage,
      [product, floor],
      (server) => (server === floor ? BOOK : PAY.load),
      pace,
    );
    console.log(row(PAY.load, ours, theirs));
    verdicts.push({ promise: PAY, ours });
  }
  const [memory, floorsMemory] = [product, floor].map(({ pid }) => memoryOf(pid));
  await product.stop();
  if (withBookings) console.log(row('book, worker inline', await inline(stage, seeded, pace)));
  printVerdicts(verdicts);
  const loadMs = median(verdicts.map(({ ours }) => ours.loadMs));
  if (Number.isFinite(loadMs))
    console.log(`Making a request of the load costs ${loadMs.toFixed(2)} ms of CPU besides.`);
  if (memory)
    console.log(
      `API process: ${memory.now.toFixed(0)} MB resident after the loads, ${memory.most.toFixed(0)} MB at most ` +
        `(promised: under ${MEMORY_LIMIT_MB}); the floor's: ${floorsMemory.now.toFixed(0)} MB`,
    );
}

/** The background work in the same process, as on one small machine: its deliveries take their share while bookings are made. */
async function inline(stage, seeded, pace) {
  const product = await stage.startProduct('inline', seeded, { WORKER: 'inline' });
  const [ours] = await rounds(stage, [product], BOOK, pace);
  await product.stop();
  return { ...ours, ratio: undefined };
}
