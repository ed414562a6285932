export const CONNECT_WITHIN_MS = 10_000;
const STATEMENT_WITHIN_MS = 30_000;
const IDLE_IN_TRANSACTION_WITHIN_MS = 60_000;

/** When the server has not even said by then that it gave a statement up, it is not the server that takes so long, but the way to it. */
export const ANSWER_WITHIN_MS = STATEMENT_WITHIN_MS + 5_000;

/**
 * To look something up is never dearer than to read all of it, not even while the table fits on a page: a plan that is made then is kept
 * while it grows. Pages in memory and on SSDs are as quick in any order.
 */
const PAGE_COSTS = ['random_page_cost=1', 'seq_page_cost=3'];

/** Compiling takes a hundred times as long as what is asked here; PostgreSQL goes by its estimate of ways that are then not taken. */
const INTERPRETED = 'jit=off';

/** What every session of Travellr asks of its server: UTC, limits, and how to plan. */
export const SESSION: readonly string[] = [
  'timezone=UTC',
  `statement_timeout=${STATEMENT_WITHIN_MS}`,
  `idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_WITHIN_MS}`,
  ...PAGE_COSTS,
  INTERPRETED,
];

/** As the start of a connection takes them. A pooler would refuse that. */
export const asOptions = (settings: readonly string[]): string =>
  settings.map((setting) => `-c ${setting}`).join(' ');
