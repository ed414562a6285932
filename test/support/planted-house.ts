import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const LIBS =
  'kernel config database cache events http ledger users vendors trips bookings payments payouts notifications webhooks admin platform showcase rogue';

const PACKAGES = [
  'uuid',
  '@nestjs/common',
  'stripe',
  'redis',
  '@redis/client',
  'cache-manager',
  'cache-manager-redis-yet',
  'nodemailer',
  'undici',
  'standardwebhooks',
];

/** A file that imports, and the one rule that it breaks; none for what is allowed. */
export interface Plant {
  readonly file: string;
  readonly imports: string;
  readonly rule?: string;
  /** A type, which is a dependency too, unless it says otherwise. */
  readonly as?: keyof typeof IMPORTS;
}

const IMPORTS = {
  type: (name: string) => `import type {} from '${name}';\n`,
  value: (name: string) => `import '${name}';\n`,
  onDemand: (name: string) => `export const load = () => import('${name}');\n`,
};

/** What each lib must not import: its neighbour in the layer, or the layer below it. */
const UPWARD = {
  kernel: 'config',
  config: 'kernel',
  database: 'cache',
  cache: 'database',
  events: 'http',
  http: 'ledger',
  ledger: 'events',
  users: 'vendors',
  vendors: 'trips',
  trips: 'bookings',
  bookings: 'payments',
  payments: 'payouts',
  payouts: 'notifications',
  notifications: 'webhooks',
  webhooks: 'notifications',
  admin: 'platform',
  platform: 'showcase',
};

export const PLANTS: readonly Plant[] = [
  ...Object.entries(UPWARD).map(([lib, target]) => ({
    file: `libs/${lib}/src/upward.ts`,
    imports: `@app/${target}`,
    rule: `${lib}-imports-out-of-order`,
  })),
  { file: 'apps/intruder/src/main.ts', imports: '@app/platform', rule: 'platform-is-for-some-apps' },
  { file: 'apps/api/src/demo.ts', imports: '@app/showcase', rule: 'showcase-is-for-some-apps' },
  { file: 'apps/api/src/rogue.ts', imports: '@app/rogue', rule: 'lib-is-not-listed' },
  { file: 'libs/rogue/src/innocent.ts', imports: '@app/kernel', rule: 'unlisted-lib-imports' },
  {
    file: 'libs/bookings/src/burglar.ts',
    imports: '../../trips/src/private.js',
    rule: 'past-the-front-door',
  },
  {
    file: 'apps/api/src/burglar.ts',
    imports: '../../../libs/trips/src/private.js',
    rule: 'past-the-front-door-from-an-app',
  },
  { file: 'libs/trips/src/revolving.ts', imports: '@app/trips', rule: 'through-ones-own-front-door' },
  { file: 'apps/api/src/neighbour.ts', imports: '../../worker/src/main.js', rule: 'app-imports-app' },
  { file: 'libs/admin/src/roof.ts', imports: '../../../apps/worker/src/main.js', rule: 'lib-imports-app' },
  {
    file: 'libs/admin/src/tested.ts',
    imports: '../../../test/support/client.js',
    rule: 'product-imports-test',
  },
  { file: 'libs/kernel/src/framework.ts', imports: '@nestjs/common', rule: 'kernel-is-pure' },
  { file: 'libs/kernel/src/node.ts', imports: 'node:crypto', rule: 'kernel-is-pure' },
  { file: 'libs/payments/src/charge.ts', imports: 'stripe', rule: 'stripe-has-one-adapter' },
  {
    file: 'libs/payments/src/charge-later.ts',
    imports: 'stripe',
    as: 'onDemand',
    rule: 'stripe-has-one-adapter',
  },
  {
    file: 'libs/payments/src/eager.ts',
    imports: './gateway/stripe/lawful.js',
    as: 'value',
    rule: 'stripe-is-loaded-on-demand',
  },
  { file: 'libs/users/src/profiles.ts', imports: 'redis', rule: 'redis-has-one-adapter' },
  { file: 'libs/users/src/client.ts', imports: '@redis/client', rule: '@redis-has-one-adapter' },
  { file: 'libs/users/src/store.ts', imports: 'cache-manager', rule: 'cache-manager-has-one-adapter' },
  {
    file: 'apps/api/src/store.ts',
    imports: 'cache-manager-redis-yet',
    rule: 'cache-manager-redis-yet-has-one-adapter',
  },
  { file: 'libs/users/src/letter.ts', imports: 'nodemailer', rule: 'nodemailer-has-one-adapter' },
  { file: 'libs/payments/src/request.ts', imports: 'undici', rule: 'undici-has-one-adapter' },
  { file: 'libs/http/src/sign.ts', imports: 'standardwebhooks', rule: 'standardwebhooks-has-one-adapter' },
  { file: 'libs/trips/src/egg.ts', imports: './hen.js', rule: 'no-cycle' },
  { file: 'libs/trips/src/phantom.ts', imports: './nowhere.js', rule: 'not-resolved' },

  { file: 'libs/kernel/src/id.ts', imports: 'uuid' },
  { file: 'libs/payouts/src/lawful.ts', imports: '@app/payments' },
  { file: 'libs/platform/src/lawful.ts', imports: '@app/admin' },
  { file: 'libs/payments/src/gateway/stripe/lawful.ts', imports: 'stripe', as: 'value' },
  { file: 'libs/payments/src/lawful.ts', imports: './gateway/stripe/lawful.js' },
  {
    file: 'libs/payments/src/gateway/stripe/stripe-gateway.module.ts',
    imports: './lawful.js',
    as: 'onDemand',
  },
  { file: 'libs/notifications/src/mailer/lawful.ts', imports: 'nodemailer' },
  { file: 'libs/webhooks/src/lawful.ts', imports: 'undici' },
  { file: 'libs/cache/src/lawful.ts', imports: 'redis' },
  { file: 'libs/trips/src/trip.entity.ts', imports: './trip-unit.entity.js' },
  { file: 'libs/trips/src/trip-unit.entity.ts', imports: './trip.entity.js' },
  { file: 'libs/kernel/src/anything.spec.ts', imports: '../../../test/support/client.js' },
  { file: 'libs/showcase/src/lawful.ts', imports: '@app/platform' },
  { file: 'apps/worker/src/lawful.ts', imports: '@app/platform' },
];

/** A house of empty libs and packages below the system's temporary directory, with every violation planted in a file of its own. */
export async function buildPlantedHouse(
  tsconfig: string,
): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'travellr-house-'));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  };
  await write('tsconfig.json', tsconfig);
  await write('package.json', '{ "type": "module" }');
  const hollow = [
    ...LIBS.split(' ').map((lib) => `libs/${lib}/src/index.ts`),
    'libs/trips/src/private.ts',
    'apps/worker/src/main.ts',
    'test/support/client.ts',
  ];
  for (const file of hollow) await write(file, 'export {};\n');
  for (const name of PACKAGES) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, exports: './index.js' }));
    await write(`node_modules/${name}/index.js`, 'export {};\n');
  }
  await write('libs/trips/src/hen.ts', IMPORTS.type('./egg.js')); // the cycle is told of once, at the egg
  for (const { file, imports, as = 'type' } of PLANTS) await write(file, IMPORTS[as](imports));
  return { root, remove: async () => rm(root, { recursive: true, force: true }) };
}
