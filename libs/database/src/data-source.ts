import type { Config } from '@app/config';
import { Client, type ClientConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';

export interface ConnectionOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Shown by pg_stat_activity. */
  readonly applicationName: string;
  /** Whether a pooler stands between: it refuses connections that bring settings of their own. */
  readonly pooled: boolean;
}

/**
 * A lost connection fails the statement under way, or the next one. In the moment between the pool's hands and TypeORM's
 * nobody else listens, and an `error` that nobody hears ends the process.
 */
class SturdyClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 30_000;
const idleInTransactionTimeoutMs = 60_000;

/**
 * How Travellr talks to PostgreSQL: in UTC, and never waiting without end. Behind a pooler the server's own limits are
 * set on the role (`ALTER ROLE travellr SET statement_timeout = '30s'`); the client's hold everywhere.
 */
export function dataSourceOptions(connection: ConnectionOptions) {
  const settings = [
    'timezone=UTC',
    `statement_timeout=${statementTimeoutMs}`,
    `idle_in_transaction_session_timeout=${idleInTransactionTimeoutMs}`,
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
      Client: SturdyClient,
      query_timeout: statementTimeoutMs + 5_000,
      keepAlive: true,
      ...(connection.pooled ? {} : { options: settings.map((setting) => `-c ${setting}`).join(' ') }),
    },
  } satisfies DataSourceOptions;
}

/** @throws Error when no URL has been filled in, see `openDatabase`. */
export function connectionOf(database: Config['database'], applicationName: string): ConnectionOptions {
  const { url, directUrl = url, poolSize } = database;
  if (!url) throw new Error('the database has no URL yet: openDatabase() comes first');
  return { url, poolSize, applicationName, pooled: url !== directUrl };
}
