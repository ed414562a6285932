import 'reflect-metadata';
import { runProcess } from '@app/platform';
import { DEMO_SIZE, openShop, progressLine, SHOP_PASSWORD, travellers, VENDORS } from '@app/showcase';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ApiProcess } from './api-process.js';
import { showBooks } from './books.js';
import { Narrator } from './narrator.js';
import { Story } from './story.js';

const USAGE = `Plays the story of the product over HTTP, then leaves a shop worth exploring.

  npm run demo             stays until Ctrl-C
  npm run demo -- --exit   ends after the story
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readOptions() {
  try {
    return parseArgs({ options: { exit: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
      .values;
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${USAGE}`);
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (process.env['NODE_ENV'] === 'production') {
  fail('The demo has passwords that everybody knows: it is not for NODE_ENV=production.');
}
process.env['LOG_LEVEL'] ||= 'warn';
if (!process.env['ADMIN_EMAIL'] && !process.env['ADMIN_PASSWORD']) {
  process.env['ADMIN_EMAIL'] = 'admin@travellr.example';
  process.env['ADMIN_PASSWORD'] = 'admin of the demo';
}

await runProcess(async ({ config, onStop }) => {
  const narrator = new Narrator(process.stdout);
  let isStopping = false;

  narrator.title('Travellr: the shop');
  const { there, now } = await openShop(config, (shop) => shop.fill(DEMO_SIZE, progressLine(process.stdout)));
  const isNew = there.trips < now.trips;
  narrator.say(
    `${isNew ? 'Now open' : 'As you left it'}: ${now.trips} trips, ${now.departures} departures, ${now.bookings} bookings.`,
  );

  const { url: database, directUrl } = config.database;
  const api = await ApiProcess.start({
    ...process.env,
    DATABASE_URL: database,
    DATABASE_DIRECT_URL: directUrl,
    WORKER: 'inline',
  });
  onStop(async () => {
    isStopping = true;
    await api.stop();
  });

  narrator.title('Travellr: the story');
  const admin = config.admin ?? fail('the demo needs an admin');
  const { url } = api;
  const setting = { url, admin, narrator, now: () => new Date(), pause: (ms: number) => sleep(ms) };
  const cast = await new Story(setting).tell();
  if (!(await showBooks(cast, narrator))) throw new Error('the books are not in order');

  narrator.title('Now it is your turn');
  narrator.say(options.exit ? '`npm start` serves what there is now.' : `Swagger UI   ${url}/docs`);
  narrator.say('');
  narrator.table(
    ['sign in as', 'e-mail', 'password'],
    [
      ['admin', admin.email, admin.password],
      ['vendor', VENDORS[0]?.owner.email ?? '', SHOP_PASSWORD],
      ['traveller', travellers(1)[0]?.email ?? '', SHOP_PASSWORD],
    ],
  );
  narrator.say('');
  narrator.say(
    'POST /auth/login, copy the accessToken, press Authorize. Paper Lantern Journeys awaits approval.',
  );
  if (options.exit) return 'done';
  narrator.say('Ctrl-C stops it; your data stays.');
  await api.ended();
  if (!isStopping) throw new Error('the API has ended');
  return undefined;
});
