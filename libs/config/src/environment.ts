import { isIP } from 'node:net';
import { z } from 'zod';

/** Comma-separated. */
const list = (names: string) =>
  names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
const flag = (on: string, off: string) => z.enum([on, off]).transform((value) => value === on);
const port = z.coerce.number().int().min(0).max(65_535);
const perMinute = z.coerce.number().int().min(1).max(1_000_000);
/** A number of hops, or the proxies' own addresses. */
const trustProxy = z
  .string()
  .refine(
    (text) => /^[1-9]\d?$/.test(text) || list(text).every(isAddressRange),
    'must be a number of proxies in a row, or their addresses: 10.0.0.0/8, 192.0.2.7',
  )
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : list(text)));
const addressRanges = z
  .string()
  .transform(list)
  .refine(
    (ranges) => ranges.every(isAddressRange),
    'must be addresses or blocks of them, comma-separated: 203.0.113.7, 2001:db8::/32',
  );
const secret = z.string().min(32, 'must have at least 32 characters');
const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone, e.g. Europe/Lisbon');
/** `5000,EUR=4500,JPY=7000`: minor units, the bare number those of USD. */
const payoutMinimum = z
  .string()
  .regex(
    /^\d{1,12}(,[A-Z]{3}=\d{1,12})*$/,
    'must be a whole number, other currencies behind it: 5000,EUR=4500,JPY=7000',
  )
  .transform((text) => {
    const [usd, ...others] = text.split(',');
    return { usd: Number(usd), others: others.map((other) => other.split('=') as [string, string]) };
  })
  .refine(
    ({ others }) => new Set(['USD', ...others.map(([code]) => code)]).size === others.length + 1,
    'must name each currency once; the bare number is that of USD',
  );
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });
const redisUrl = z
  .string()
  .refine(
    isRedisUrl,
    'must be a redis:// or rediss:// URL, with nothing behind the server but the number of a database',
  );

/** Every environment variable the product reads. An empty value counts as unset. `.env.example` is tested against these keys. */
export const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: port.default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(16),
  DATABASE_PREPARED: flag('on', 'off').optional(),
  MIGRATE: flag('on', 'off').default(true),
  PAYMENT_GATEWAY: z.enum(['mock', 'stripe']).optional(),
  STRIPE_API_KEY: z
    .string()
    .regex(/^(?!pk_)/, 'must be a secret key (sk_… or rk_…), not the publishable one')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform(list)
    .pipe(
      z.array(
        z.string().startsWith('whsec_', 'must be signing secrets of Stripe’s (whsec_…), comma-separated'),
      ),
    )
    .optional(),
  STRIPE_API_BASE: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  CACHE_STORE: z.enum(['memory', 'redis']).optional(),
  REDIS_URL: redisUrl.optional(),
  RATE_LIMIT: flag('on', 'off').default(true),
  RATE_LIMIT_LOGIN: perMinute.default(10),
  RATE_LIMIT_REGISTER: perMinute.default(20),
  RATE_LIMIT_REQUESTS: perMinute.default(1_200),
  TRUST_PROXY: trustProxy.optional(),
  WEB_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(1),
  JWT_SECRET: secret.optional(),
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: z
    .string()
    .min(12, 'must have at least 12 characters')
    .max(128, 'must have at most 128 characters')
    .optional(),
  WORKER: z.enum(['inline', 'off']).default('inline'),
  WORKER_PORT: port.optional(),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(50).default(4),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/,
      'must be an address: Travellr <trips@example.com>',
    )
    .optional(),
  WEBHOOKS_ALLOW_PRIVATE: flag('true', 'false').default(false),
  WEBHOOKS_REFUSE: addressRanges.default([]),
  HOLD_MINUTES: z.coerce.number().positive().max(1440).default(15),
  COMMISSION_BPS: z.coerce.number().int().min(0).max(10_000).default(2000),
  PAYOUT_MINIMUM: payoutMinimum.default({ usd: 5000, others: [] }),
  PLATFORM_TIME_ZONE: timeZone.default('UTC'),
  ALLOW_IN_PRODUCTION: z
    .string()
    .default('')
    .transform(list)
    .pipe(z.array(z.enum(['mock-gateway', 'embedded-database', 'private-webhooks']))),
});

export type Environment = z.output<typeof environment>;
export const environmentKeys = Object.keys(environment.shape);

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const widest = family === 4 ? 32 : 128;
  return (
    family !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= widest))
  );
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return /^rediss?:$/.test(protocol) && /^(\/\d*)?$/.test(pathname);
}

function isTimeZone(name: string): boolean {
  try {
    // It would also take an offset, e.g. +02:00, which has no rules for summer.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
