import 'reflect-metadata';
import { runProcess } from '@app/platform';
import { openShop, progressLine, SHOP_PASSWORD, travellers, VENDORS } from '@app/showcase';
import { seedOptions, USAGE, UsageError, type SeedOptions } from './options.js';

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readOptions(): SeedOptions {
  try {
    return seedOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

const { size, embedded, help } = readOptions();
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (process.env['NODE_ENV'] === 'production') {
  fail('The example shop has passwords that everybody knows: it is not for NODE_ENV=production.');
}
if (embedded) {
  process.env['DATABASE_URL'] = process.env['DATABASE_DIRECT_URL'] = '';
} else if (!process.env['DATABASE_URL']) {
  fail(
    'Which database? Set DATABASE_URL, or pass --embedded for the embedded one in DATA_DIR:\n' +
      '  DATABASE_URL=postgres://user:password@host/name npm run seed\n' +
      '  npm run seed -- --embedded',
  );
}

await runProcess(async ({ config, log }) => {
  const startedAt = performance.now();
  log(`A shop of ${size.trips} trips and ${size.bookings} bookings:`);
  const { there, now } = await openShop(config, (shop) => shop.fill(size, progressLine(process.stdout)));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);

  if (there.trips + there.bookings > 0) {
    log(`There were ${there.trips} trips, ${there.departures} departures and ${there.bookings} bookings.`);
  }
  const added = [now.trips - there.trips, now.departures - there.departures, now.bookings - there.bookings];
  if (added.every((count) => count === 0)) log('All of it is there already: nothing was added.');
  else log(`Added ${added[0]} trips, ${added[1]} departures and ${added[2]} bookings in ${seconds} s.`);
  log(
    `Sign in as ${VENDORS[0]?.owner.email} or ${travellers(1)[0]?.email}; everybody's password: ${SHOP_PASSWORD}`,
  );
  return 'done';
});
