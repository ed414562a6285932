import { environment, type Environment } from './environment.js';

/** The settings of one process, validated and frozen. Times are in the unit their name ends with. */
export interface Config {
  readonly env: 'development' | 'test' | 'production';
  readonly http: {
    readonly port: number;
    readonly host: string;
    readonly publicUrl?: string;
    /** How many proxies, or which, may say on whose behalf they call (X-Forwarded-For); undefined: none. */
    readonly trustProxy?: number | readonly string[];
  };
  readonly log: { readonly level: Environment['LOG_LEVEL'] };
  /** Where the embedded PostgreSQL and the generated development secret live. */
  readonly dataDir: string;
  readonly database: {
    /** Undefined: the embedded PostgreSQL is started, and its URL takes this place. */
    readonly url?: string;
    /** A connection past any pooler, for LISTEN, jobs and migrations. */
    readonly directUrl?: string;
    readonly poolSize: number;
    /** Whether statements are named, so that PostgreSQL plans them once for each connection. */
    readonly prepared: boolean;
    readonly migrate: boolean;
  };
  readonly gateway: 'mock' | 'stripe';
  /** Present when the gateway is Stripe. */
  readonly stripe?: {
    readonly apiKey: string;
    /** Several while one is being replaced by the next; none: no webhook is believed. */
    readonly webhookSecrets: readonly string[];
    /** A stand-in for api.stripe.com, e.g. a fake on this machine. */
    readonly apiBase?: string;
  };
  readonly cacheStore: 'memory' | 'redis';
  /** Present when the store is Redis. */
  readonly redisUrl?: string;
  /** Requests a minute. */
  readonly rateLimit: {
    readonly enabled: boolean;
    /** By address and e-mail. */
    readonly login: number;
    /** By address. */
    readonly register: number;
    /** Of all kinds, by user, or by address where there is none. */
    readonly requests: number;
  };
  /** Processes that answer on the one port. */
  readonly webConcurrency: number;
  /** Undefined in development only: one is generated in `dataDir` and kept. */
  readonly jwtSecret?: string;
  readonly admin?: { readonly email: string; readonly password: string };
  readonly worker: 'inline' | 'off';
  /** Jobs of each kind (gateway calls, mail, other work) that one process does at once; twice as many deliveries of events, four times as many webhooks. */
  readonly workerConcurrency: number;
  /** Of apps/worker, for its health and metrics; undefined: 3001, or another that is free. */
  readonly workerPort?: number;
  readonly mail: {
    /** Undefined: mail is printed, not sent. */
    readonly smtpUrl?: string;
    /** RFC 5322: `Travellr <trips@example.com>`. */
    readonly from: string;
  };
  readonly webhooks: {
    /** Whether targets may have private, loopback and link-local addresses. */
    readonly allowPrivate: boolean;
    /** Addresses, and CIDR blocks of them, to which none may go though they are public. */
    readonly refused: readonly string[];
  };
  readonly booking: { readonly holdMinutes: number };
  readonly vendor: {
    readonly commissionBps: number;
    /** Minor units of USD. */
    readonly payoutMinimum: number;
  };
  readonly payouts: {
    /** IANA: where the weeks and months of payouts begin. */
    readonly timeZone: string;
    /** Minor units, by ISO 4217 code, for currencies whose minimum does not follow from the vendor's in USD. */
    readonly minimums: Readonly<Record<string, number>>;
  };
}

/** A setting is missing or wrong. The message names each key and what would be right, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError naming every wrong key at once. */
export function loadConfig(source: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? ''} ${issue.message}`),
    );
  }
  const problems = [...pairing(parsed.data), ...unsafeInProduction(parsed.data)];
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(toConfig(parsed.data));
}

function pairing(env: Environment): string[] {
  const problems: string[] = [];
  if (Boolean(env.ADMIN_EMAIL) !== Boolean(env.ADMIN_PASSWORD)) {
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD must be set together');
  }
  if (gatewayOf(env) === 'stripe' && !env.STRIPE_API_KEY) {
    problems.push('STRIPE_API_KEY must be set when PAYMENT_GATEWAY is "stripe"');
  }
  if (storeOf(env) === 'redis' && !env.REDIS_URL) {
    problems.push('REDIS_URL must be set when CACHE_STORE is "redis"');
  }
  if (env.DATABASE_DIRECT_URL && !env.DATABASE_URL) {
    problems.push('DATABASE_DIRECT_URL must not be set without DATABASE_URL, whose pooler it goes around');
  }
  if (env.WEBHOOKS_ALLOW_PRIVATE && env.WEBHOOKS_REFUSE.length > 0) {
    problems.push('WEBHOOKS_REFUSE must not be set with WEBHOOKS_ALLOW_PRIVATE, which allows any target');
  }
  return problems;
}

/** Stripe when there is a key for it, unless it is named. */
function gatewayOf(env: Environment): Config['gateway'] {
  return env.PAYMENT_GATEWAY ?? (env.STRIPE_API_KEY ? 'stripe' : 'mock');
}

/** Redis when there is one, unless it is named. */
function storeOf(env: Environment): Config['cacheStore'] {
  return env.CACHE_STORE ?? (env.REDIS_URL ? 'redis' : 'memory');
}

function unsafeInProduction(env: Environment): string[] {
  if (env.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  if (!env.JWT_SECRET) problems.push('JWT_SECRET must be set in production (32 random characters or more)');
  if (gatewayOf(env) === 'mock' && !env.ALLOW_IN_PRODUCTION.includes('mock-gateway')) {
    problems.push(
      'PAYMENT_GATEWAY must not be "mock" in production: it moves no money. Set STRIPE_API_KEY (or ALLOW_IN_PRODUCTION=mock-gateway)',
    );
  }
  if (gatewayOf(env) === 'stripe' && !env.STRIPE_WEBHOOK_SECRET?.length) {
    problems.push(
      'STRIPE_WEBHOOK_SECRET must be set in production: without it no news of Stripe’s can be believed',
    );
  }
  if (env.SMTP_URL && !env.MAIL_FROM) {
    problems.push('MAIL_FROM must be set in production when SMTP_URL is: mail needs a sender of yours');
  }
  if (env.WEBHOOKS_ALLOW_PRIVATE && !env.ALLOW_IN_PRODUCTION.includes('private-webhooks')) {
    problems.push(
      'WEBHOOKS_ALLOW_PRIVATE must not be "true" in production: whoever registers a webhook could reach this machine and its network (ALLOW_IN_PRODUCTION=private-webhooks allows it)',
    );
  }
  if (!env.DATABASE_URL && !env.ALLOW_IN_PRODUCTION.includes('embedded-database')) {
    problems.push(
      'DATABASE_URL must be set in production (ALLOW_IN_PRODUCTION=embedded-database allows doing without)',
    );
  }
  return problems;
}

function toConfig(env: Environment): Config {
  return {
    env: env.NODE_ENV,
    http: {
      port: env.PORT,
      host: env.HOST ?? (env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1'),
      publicUrl: env.PUBLIC_URL,
      trustProxy: env.TRUST_PROXY,
    },
    log: { level: env.LOG_LEVEL },
    dataDir: env.DATA_DIR,
    database: {
      url: env.DATABASE_URL,
      directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      prepared: env.DATABASE_PREPARED ?? env.DATABASE_DIRECT_URL === undefined,
      migrate: env.MIGRATE,
    },
    gateway: gatewayOf(env),
    stripe:
      gatewayOf(env) === 'stripe' && env.STRIPE_API_KEY
        ? {
            apiKey: env.STRIPE_API_KEY,
            webhookSecrets: env.STRIPE_WEBHOOK_SECRET ?? [],
            apiBase: env.STRIPE_API_BASE,
          }
        : undefined,
    cacheStore: storeOf(env),
    redisUrl: storeOf(env) === 'redis' ? env.REDIS_URL : undefined,
    rateLimit: {
      enabled: env.RATE_LIMIT,
      login: env.RATE_LIMIT_LOGIN,
      register: env.RATE_LIMIT_REGISTER,
      requests: env.RATE_LIMIT_REQUESTS,
    },
    webConcurrency: env.WEB_CONCURRENCY,
    jwtSecret: env.JWT_SECRET,
    admin:
      env.ADMIN_EMAIL && env.ADMIN_PASSWORD
        ? { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD }
        : undefined,
    worker: env.WORKER,
    workerConcurrency: env.WORKER_CONCURRENCY,
    workerPort: env.WORKER_PORT,
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM ?? 'Travellr <no-reply@travellr.example>' },
    webhooks: { allowPrivate: env.WEBHOOKS_ALLOW_PRIVATE, refused: env.WEBHOOKS_REFUSE },
    booking: { holdMinutes: env.HOLD_MINUTES },
    vendor: { commissionBps: env.COMMISSION_BPS, payoutMinimum: env.PAYOUT_MINIMUM.usd },
    payouts: {
      timeZone: env.PLATFORM_TIME_ZONE,
      minimums: Object.fromEntries(env.PAYOUT_MINIMUM.others.map(([code, amount]) => [code, Number(amount)])),
    },
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
