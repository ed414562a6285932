/** The memory of the API process under minutes of everything that travellers do. README.md says more. */
import { parseArgs } from 'node:util';
import { memoryOf } from './support/memory.mjs';
import { median } from './support/report.mjs';
import { Stage } from './support/stage.mjs';

const LOADS = [
  'book + pay',
  'book, hot',
  'read booking',
  'list bookings',
  'read trip, any',
  'list, any page',
  'search, words',
  'search, dates',
];
const TURN_SECONDS = 3;
const SIZE = { trips: 20_000, departures: 10_000, travellers: 1000 };
const CLIENTS = 32;
const BOOKINGS_TO_READ = 2000;
/** Of those ten minutes in which the last minutes are compared with the first ones after the start. */
const SHARES = 5;

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  worker: { type: 'string', default: 'off' },
};

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const minutes = Number(values.minutes);
  await Stage.run(async (stage) => {
    const product = await stage.startProduct('product', await stage.seed('seeded', SIZE), {
      WORKER: values.worker,
    });
    if (!memoryOf(product.pid)) throw new Error('this needs /proc: run it on Linux');
    await stage.loader.book(product, BOOKINGS_TO_READ, CLIENTS);
    console.log(
      `${CLIENTS} clients, ${TURN_SECONDS} s of one load after another, for ${minutes} minutes. MB resident:\n`,
    );
    report(await soak(stage, product, minutes));
  });
}

/** @returns MB resident after each turn of all loads. */
async function soak(stage, product, minutes) {
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 60_000;
  const resident = [];
  let answered = 0;
  while (elapsed() < minutes) {
    for (const load of LOADS) {
      const { rate } = await stage.measure(product, load, { clients: CLIENTS, seconds: TURN_SECONDS });
      answered += rate * TURN_SECONDS;
    }
    resident.push(memoryOf(product.pid).now);
    console.log(
      `  after ${elapsed().toFixed(1)} min: ${resident.at(-1).toFixed(0)} MB, ${Math.round(answered)} answers`,
    );
  }
  return resident;
}

function report(resident) {
  const share = Math.max(1, Math.floor(resident.length / SHARES));
  const early = median(resident.slice(share, 2 * share));
  const late = median(resident.slice(-share));
  const [first, last] = [early, late].map((megabytes) => megabytes?.toFixed(0));
  console.log(`\nMedian of the second fifth: ${first} MB; of the last fifth: ${last} MB`);
}
