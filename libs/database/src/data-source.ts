import type { Config } from '@app/config';
import type { DataSourceOptions } from 'typeorm';
import { NamingClient, SturdyClient } from './clients.js';
import { migrations } from './migrations/index.js';
import { StatementNames } from './statement-names.js';

export interface ConnectionOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Shown by pg_stat_activity. */
  readonly applicationName: string;
  /** Whether a pooler stands between: it refuses connections that bring settings of their own. */
  readonly pooled: boolean;
  /** Whether statements are named, see ADR 25. */
  readonly prepared: boolean;
}

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 30_000;
const idleInTransactionTimeoutMs = 60_000;

/**
 * To look something up is never dearer than to read all of it, not even while the table fits on a page: a plan that is made then is kept
 * while it grows. Pages in memory and on SSDs are as quick in any order.
 */
const pageCosts = ['random_page_cost=1', 'seq_page_cost=3'];

/** Compiling takes a hundred times as long as what is asked here; PostgreSQL goes by its estimate of ways that are then not taken. */
const interpreted = 'jit=off';

/**
 * How Travellr talks to PostgreSQL: in UTC, and never waiting without end. Behind a pooler the server's own limits are
 * set on the role (`ALTER ROLE travellr SET statement_timeout = '30s'`); the client's hold everywhere.
 */
export function dataSourceOptions(connection: ConnectionOptions) {
  const settings = [
    'timezone=UTC',
    `statement_timeout=${statementTimeoutMs}`,
    `idle_in_transaction_session_timeout=${idleInTransactionTimeoutMs}`,
    ...pageCosts,
    interpreted,
  ];
  return {
    type: 'postgres',
    url: connection.url,
    applicationName: connection.applicationName,
    poolSize: connection.poolSize,
    connectTimeoutMS: connectTimeoutMs,
    synchronize: false,
    migrationsRun: false,
    migrations,
    installExtensions: false,
    extra: {
      ...(connection.prepared
        ? { Client: NamingClient, statementNames: new StatementNames() }
        : { Client: SturdyClient }),
      query_timeout: statementTimeoutMs + 5_000,
      keepAlive: true,
      ...(connection.pooled ? {} : { options: settings.map((setting) => `-c ${setting}`).join(' ') }),
    },
  } satisfies DataSourceOptions;
}

/** @throws Error when no URL has been filled in, see `openDatabase`. */
export function connectionOf(database: Config['database'], applicationName: string): ConnectionOptions {
  const { url, directUrl = url, poolSize, prepared } = database;
  if (!url) throw new Error('the database has no URL yet: openDatabase() comes first');
  return { url, poolSize, applicationName, pooled: url !== directUrl, prepared };
}
