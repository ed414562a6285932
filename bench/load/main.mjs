/**
 * The process that makes load, forked by support/loader.mjs. It is told what each server's database holds, then one load after
 * another, and answers each with its latencies and how many were not 2xx.
 */
import autocannon from 'autocannon';
import { booking, LOADS } from './requests.mjs';

const SAMPLE_MS = 50; // how soon autocannon notices that its time is up
const TIMEOUT_SECONDS = 10;

/** By server: what its seed left. */
const known = new Map();
/** By server: its bookings that can be read. */
const made = new Map();

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined); // the bench ends it
process.on('message', (message) => {
  if (message.known) learn(message);
  else
    run(message).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: error.message }),
    );
});

function learn({ server, known: { bookings = [], ...seed } }) {
  const tokens = new Map(seed.travellers.map((traveller) => [traveller.id, traveller]));
  known.set(server, { ...seed, cursorAfter: cursors(seed.cursor) });
  made.set(
    server,
    bookings.map(({ id, userId }) => ({ id, traveller: tokens.get(userId) })),
  );
}

/** For `seconds`, or until `amount` bookings have been made that `read booking` can ask for. */
async function run({ server, url, load, clients, seconds = Infinity, amount }) {
  const latencies = [];
  const startedAt = performance.now();
  const finish = (ms) => {
    if (performance.now() - startedAt <= seconds * 1000) latencies.push(ms);
  };
  const material = { known: known.get(server), made: made.get(server), done: finish };
  const requests = amount ? booking(material) : LOADS[load](material);
  const options = {
    url,
    connections: clients,
    timeout: TIMEOUT_SECONDS,
    sampleInt: SAMPLE_MS,
    requests,
    ...(amount ? { amount } : { duration: seconds }),
  };
  const result = await new Promise((resolve, reject) => {
    const cannon = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    if (requests.length === 1) cannon.on('response', (_, __, ___, ms) => finish(ms));
  });
  return {
    latencies: Float64Array.from(latencies),
    // A server finishes also what its client does not wait for.
    asked: result.requests.sent / requests.length,
    failures: failuresOf(result),
  };
}

/** `{ '409': 3, timeouts: 1 }`: what was not answered with 2xx. */
function failuresOf({ statusCodeStats, errors, timeouts }) {
  const counts = Object.entries(statusCodeStats).map(([status, { count }]) => [status, count]);
  return Object.fromEntries(
    [...counts, ['errors', errors], ['timeouts', timeouts]].filter(
      ([name, count]) => !name.startsWith('2') && count > 0,
    ),
  );
}

/** Cursors like one that a list gave, to begin after any other trip: a bench that went on page by page would read the same ones each time. */
function cursors(cursor) {
  const key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return (tripId) => Buffer.from(JSON.stringify([...key.slice(0, -1), tripId])).toString('base64url');
}
