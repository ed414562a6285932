import { ConfigError, loadConfig } from './config.js';

const production = {
  NODE_ENV: 'production',
  JWT_SECRET: 'a-secret-of-more-than-32-characters',
  DATABASE_URL: 'postgres://db.example/travellr',
  ALLOW_IN_PRODUCTION: 'mock-gateway',
};

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    loadConfig(source);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('loadConfig', () => {
  it('needs nothing in development, and listens on this machine only', () => {
    expect(loadConfig({})).toMatchObject({
      env: 'development',
      http: { port: 3000, host: '127.0.0.1' },
      dataDir: '.data',
      worker: 'inline',
      booking: { holdMinutes: 15 },
      vendor: { commissionBps: 2000, payoutMinimum: 5000 },
    });
  });

  it('takes minimums of currencies besides that of USD, and the zone of the payout weeks', () => {
    const plain = loadConfig({ PAYOUT_MINIMUM: '700' });
    expect(plain).toMatchObject({
      vendor: { payoutMinimum: 700 },
      payouts: { timeZone: 'UTC', minimums: {} },
    });
    const named = loadConfig({
      PAYOUT_MINIMUM: '0,EUR=4500,JPY=7000',
      PLATFORM_TIME_ZONE: 'Pacific/Auckland',
    });
    expect(named).toMatchObject({
      vendor: { payoutMinimum: 0 },
      payouts: { timeZone: 'Pacific/Auckland', minimums: { EUR: 4500, JPY: 7000 } },
    });
  });

  it('takes an empty value for an unset one', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '', JWT_SECRET: '' })).toEqual(loadConfig({}));
  });

  it('takes nothing behind the server of a Redis but the number of a database', () => {
    for (const good of [
      'redis://cache.example',
      'rediss://cache.example:6380/',
      'redis://:secret@cache.example/3',
    ])
      expect(loadConfig({ REDIS_URL: good })).toMatchObject({ cacheStore: 'redis', redisUrl: good });

    for (const bad of ['redis://cache.example/sessions', 'redis://cache.example/0/1', 'http://cache.example'])
      expect(problemsOf({ REDIS_URL: bad })).toEqual([
        'REDIS_URL must be a redis:// or rediss:// URL, with nothing behind the server but the number of a database',
      ]);
  });

  it('is frozen to its depths', () => {
    const config = loadConfig({});

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.database)).toBe(true);
  });

  it('goes straight to DATABASE_URL where no other way is given', () => {
    const { database } = loadConfig({ DATABASE_URL: 'postgres://db.example/travellr' });

    expect(database.directUrl).toBe('postgres://db.example/travellr');
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['HOLD_MINUTES', '-1'],
    ['COMMISSION_BPS', '10001'],
    ['COMMISSION_BPS', '12.5'],
    ['PAYOUT_MINIMUM', '-7'],
    ['PAYOUT_MINIMUM', '12.50'],
    ['PAYOUT_MINIMUM', 'EUR=4600'],
    ['PAYOUT_MINIMUM', '5100,euro=4600'],
    ['PAYOUT_MINIMUM', '5100,EUR=4600,EUR=4700'],
    ['PAYOUT_MINIMUM', '5100,USD=4600'],
    ['PLATFORM_TIME_ZONE', 'Mars/Olympus'],
    ['PLATFORM_TIME_ZONE', '+02:00'],
    ['DATABASE_URL', 'mysql://root:hunter2@db.example/x'],
    ['DATABASE_POOL_SIZE', '1'],
    ['JWT_SECRET', 'hunter2'],
    ['PAYMENT_GATEWAY', 'paypal'],
    ['STRIPE_API_KEY', 'pk_test_published'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_one, hunter2'],
    ['STRIPE_API_BASE', 'api.stripe.com'],
    ['CACHE_STORE', 'memcached'],
    ['LOG_LEVEL', 'loud'],
    ['WEBHOOKS_REFUSE', 'db.internal'],
    ['WEBHOOKS_REFUSE', '10.0.0.0/8,2001:db8::/129'],
    ['ALLOW_IN_PRODUCTION', 'everything'],
  ])('names %s when it is wrong, never its value (%s)', (key, value) => {
    const problems = problemsOf({ [key]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${key} `));
    expect(problems[0]).not.toContain(value);
  });

  it('names every wrong setting at once', () => {
    expect(problemsOf({ PORT: 'x', HOLD_MINUTES: 'x', WORKER: 'x' })).toHaveLength(3);
  });

  it.each([
    ['ADMIN_EMAIL', 'admin@example.com'],
    ['ADMIN_PASSWORD', 'a long password'],
  ])('refuses half an admin: only %s', (key, value) => {
    expect(problemsOf({ [key]: value })).toEqual(['ADMIN_EMAIL and ADMIN_PASSWORD must be set together']);
  });

  it('refuses a direct way to a database without the way to it', () => {
    expect(problemsOf({ DATABASE_DIRECT_URL: 'postgres://db.example/travellr' })).toEqual([
      'DATABASE_DIRECT_URL must not be set without DATABASE_URL, whose pooler it goes around',
    ]);
  });

  it('refuses to refuse some targets of webhooks where any is allowed', () => {
    expect(loadConfig({ WEBHOOKS_REFUSE: '10.0.0.0/8, ::1' }).webhooks.refused).toEqual([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(problemsOf({ WEBHOOKS_REFUSE: '10.0.0.0/8', WEBHOOKS_ALLOW_PRIVATE: 'true' })).toEqual([
      'WEBHOOKS_REFUSE must not be set with WEBHOOKS_ALLOW_PRIVATE, which allows any target',
    ]);
  });

  describe('the payment gateway', () => {
    const STRIPE_API_KEY = 'sk_test_1';

    it('is the mock until there is a key of Stripe’s', () => {
      expect(loadConfig({})).toMatchObject({ gateway: 'mock', stripe: undefined });
      expect(loadConfig({ STRIPE_API_KEY, STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old' })).toMatchObject({
        gateway: 'stripe',
        stripe: { apiKey: STRIPE_API_KEY, webhookSecrets: ['whsec_new', 'whsec_old'] },
      });
    });

    it('is the one that is named', () => {
      const { gateway, stripe } = loadConfig({ STRIPE_API_KEY, PAYMENT_GATEWAY: 'mock' });
      expect({ gateway, stripe }).toEqual({ gateway: 'mock', stripe: undefined });
      expect(problemsOf({ PAYMENT_GATEWAY: 'stripe' })).toEqual([
        'STRIPE_API_KEY must be set when PAYMENT_GATEWAY is "stripe"',
      ]);
    });
  });

  describe('in production', () => {
    it('believes no news of Stripe’s without a signing secret', () => {
      const stripe = { ...production, STRIPE_API_KEY: 'sk_live_1', ALLOW_IN_PRODUCTION: '' };
      expect(problemsOf(stripe)).toEqual([expect.stringMatching(/^STRIPE_WEBHOOK_SECRET must be set/)]);
      expect(loadConfig({ ...stripe, STRIPE_WEBHOOK_SECRET: 'whsec_1' }).gateway).toBe('stripe');
    });

    it('listens on every address', () => {
      expect(loadConfig(production).http.host).toBe('0.0.0.0');
    });

    it.each([
      ['JWT_SECRET', /^JWT_SECRET must be set/],
      ['DATABASE_URL', /^DATABASE_URL must be set/],
      ['ALLOW_IN_PRODUCTION', /^PAYMENT_GATEWAY must not be "mock"/],
    ])('refuses to go without %s', (key, problem) => {
      expect(problemsOf({ ...production, [key]: '' })).toEqual([expect.stringMatching(problem)]);
    });

    it('lets webhooks go into its own network only where that is allowed by name', () => {
      const open = { ...production, WEBHOOKS_ALLOW_PRIVATE: 'true' };

      expect(problemsOf(open)).toEqual([expect.stringMatching(/^WEBHOOKS_ALLOW_PRIVATE must not be "true"/)]);
      expect(
        loadConfig({ ...open, ALLOW_IN_PRODUCTION: 'mock-gateway,private-webhooks' }).webhooks.allowPrivate,
      ).toBe(true);
    });

    it('runs on the embedded database where that is allowed by name', () => {
      const source = {
        ...production,
        DATABASE_URL: '',
        ALLOW_IN_PRODUCTION: 'mock-gateway, embedded-database',
      };

      expect(loadConfig(source).database.url).toBeUndefined();
    });
  });
});
