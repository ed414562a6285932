/**
 * Who may import whom: each layer may import the layers above it, and nothing beside it or below. This list is the design; a lib
 * that is not on it fails. test/architecture.spec.ts runs these rules in the test command and sees a planted violation of each.
 */
const LAYERS = [
  ['kernel', 'config'],
  ['database', 'cache'],
  ['events', 'http', 'ledger'],
  ['users'],
  ['vendors'],
  ['trips'],
  ['bookings'],
  ['payments'],
  ['payouts'],
  ['notifications', 'webhooks'],
  ['admin'],
  ['platform'],
  ['showcase'],
];

/** Not for every app: which ones may import them. */
const RESERVED = {
  platform: ['api', 'worker', 'demo', 'seed', 'reconcile'],
  showcase: ['demo', 'seed'],
};

/** Packages that one place alone may know, so that everything else sees the port. */
const ADAPTERS = {
  nodemailer: '^libs/notifications/src/mailer/',
  undici: '^libs/webhooks/',
  standardwebhooks: '^libs/webhooks/',
  stripe: '^libs/payments/src/gateway/stripe',
  redis: '^libs/cache/',
  '@redis': '^libs/cache/',
  'cache-manager': '^libs/cache/',
  'cache-manager-redis-yet': '^libs/cache/',
};

const listed = LAYERS.flat();

/** Tests may import anything. */
const PRODUCT = { path: '^(libs|apps)/', pathNot: '\\.spec\\.ts$' };
const from = (path) => ({ ...PRODUCT, path });
const anyOf = (names) => `^libs/(${names.join('|')})/`;
const unlisted = `^libs/(?!(${listed.join('|')})/)`;

/** Installed, or missing and named as it was imported. */
const packaged = (name) => `(^|(^|/)node_modules/)${name}(/|$)`;

const directions = [
  ...LAYERS.slice(0, -1).flatMap((layer, depth) =>
    layer.map((lib) => ({
      name: `${lib}-imports-out-of-order`,
      severity: 'error',
      from: from(`^libs/${lib}/`),
      to: { path: anyOf([...layer.filter((other) => other !== lib), ...LAYERS.slice(depth + 1).flat()]) },
    })),
  ),
  ...Object.entries(RESERVED).map(([lib, apps]) => ({
    name: `${lib}-is-for-some-apps`,
    severity: 'error',
    from: from(`^apps/(?!(${apps.join('|')})/)`),
    to: { path: `^libs/${lib}/` },
  })),
  { name: 'lib-is-not-listed', severity: 'error', from: PRODUCT, to: { path: unlisted } },
  { name: 'unlisted-lib-imports', severity: 'error', from: from(unlisted), to: {} },
];

const doors = [
  {
    name: 'past-the-front-door',
    severity: 'error',
    from: { path: '^libs/([^/]+)/', pathNot: '\\.spec\\.ts$' },
    to: { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
  },
  {
    name: 'past-the-front-door-from-an-app',
    severity: 'error',
    from: from('^apps/'),
    to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
  },
  {
    name: 'through-ones-own-front-door',
    severity: 'error',
    from: { path: '^libs/([^/]+)/', pathNot: '\\.spec\\.ts$' },
    to: { path: '^libs/$1/src/index\\.ts$' },
  },
  {
    name: 'app-imports-app',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: '\\.spec\\.ts$' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'lib-imports-app',
    severity: 'error',
    from: from('^libs/'),
    to: { path: '^apps/' },
  },
  {
    name: 'product-imports-test',
    severity: 'error',
    from: { ...PRODUCT, pathNot: '\\.(spec|contract)\\.ts$' },
    to: { path: ['^test/', '\\.(spec|contract)\\.ts$'] },
  },
];

const packages = [
  {
    name: 'kernel-is-pure',
    severity: 'error',
    from: from('^libs/kernel/'),
    to: { pathNot: ['^libs/', packaged('uuid')] },
  },
  ...Object.entries(ADAPTERS).map(([name, adapter]) => ({
    name: `${name}-has-one-adapter`,
    severity: 'error',
    from: { ...PRODUCT, pathNot: [PRODUCT.pathNot, adapter] },
    to: { path: packaged(name) },
  })),
];

/** Who runs on another gateway does not load its package: only its module may be imported, which imports the rest when it is the gateway. */
const STRIPE = '^libs/payments/src/gateway/stripe/';
const STRIPE_MODULE = `${STRIPE}stripe-gateway\\.module\\.ts$`;
const onDemand = [
  {
    name: 'stripe-is-loaded-on-demand',
    severity: 'error',
    from: {
      path: [`^libs/payments/src/(?!gateway/stripe/)`, STRIPE_MODULE],
      pathNot: '\\.(spec|contract)\\.ts$',
    },
    to: { path: STRIPE, pathNot: STRIPE_MODULE, dynamic: false, dependencyTypesNot: ['type-only'] },
  },
];

module.exports = {
  forbidden: [
    ...directions,
    ...doors,
    ...packages,
    ...onDemand,
    // Two entities may know each other, through Relation<> and lazy functions.
    {
      name: 'no-cycle',
      severity: 'error',
      from: PRODUCT,
      to: { circular: true, via: { pathNot: '\\.entity\\.ts$' } },
    },
    { name: 'not-resolved', severity: 'error', from: PRODUCT, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // a type is a dependency too
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
