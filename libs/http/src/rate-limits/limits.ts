import type { Config } from '@app/config';

/**
 * Whose requests are counted together: those of a user, or of his address while he is not signed in; of an address; of an e-mail address
 * that the body names, from everywhere; of such a pair of both.
 */
export type Counted = 'user' | 'address' | 'email' | 'address-and-email';

export interface Limit {
  readonly by: Counted;
  readonly most: number;
  readonly withinMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Mails of one kind that one person can be made to receive. */
const MAILS_AN_HOUR = 5;

const perMinute = (by: Counted, most: number): Limit => ({ by, most, withinMs: MINUTE_MS });
const mails = (by: Counted): Limit => ({ by, most: MAILS_AN_HOUR, withinMs: HOUR_MS });

/**
 * Every limit there is, and the reasons in ADR 22. They are counted in this order, and those behind the first that refuses are not: what one
 * address is refused does not use up what others may do with the same e-mail address.
 */
export const LIMITS = {
  requests: ({ requests }) => [perMinute('user', requests)],
  login: ({ login }) => [
    perMinute('address-and-email', login),
    perMinute('address', 10 * login),
    perMinute('email', 5 * login),
  ],
  register: ({ register }) => [perMinute('address', register)],
  refresh: ({ register }) => [perMinute('address', 10 * register)],
  mailToAnyone: ({ login }) => [perMinute('address', login), mails('email')],
  mailToMyself: ({ login }) => [perMinute('address', login), mails('user')],
  mailedToken: ({ register }) => [perMinute('address', register)],
} satisfies Record<string, (settings: Config['rateLimit']) => readonly Limit[]>;

export type LimitName = keyof typeof LIMITS;
