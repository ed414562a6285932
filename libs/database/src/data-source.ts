import type { Config } from '@app/config';
import type { DataSourceOptions } from 'typeorm';
import { NamingClient, SturdyClient } from './clients.js';
import { migrations } from './migrations/index.js';
import { asOptions, CONNECT_WITHIN_MS, SESSION } from './session.js';
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

/**
 * How Travellr talks to PostgreSQL: in UTC, and never waiting without end. Behind a pooler the server's own limits are
 * set on the role (`ALTER ROLE travellr SET statement_timeout = '30s'`); everywhere the client gives up a connection that is silent.
 */
export function dataSourceOptions(connection: ConnectionOptions) {
  return {
    type: 'postgres',
    url: connection.url,
    applicationName: connection.applicationName,
    poolSize: connection.poolSize,
    connectTimeoutMS: CONNECT_WITHIN_MS,
    synchronize: false,
    migrationsRun: false,
    migrations,
    installExtensions: false,
    extra: {
      ...(connection.prepared
        ? { Client: NamingClient, statementNames: new StatementNames() }
        : { Client: SturdyClient }),
      keepAlive: true,
      ...(connection.pooled ? {} : { options: asOptions(SESSION) }),
    },
  } satisfies DataSourceOptions;
}

/** @throws Error when no URL has been filled in, see `openDatabase`. */
export function connectionOf(database: Config['database'], applicationName: string): ConnectionOptions {
  const { url, directUrl = url, poolSize, prepared } = database;
  if (!url) throw new Error('the database has no URL yet: openDatabase() comes first');
  return { url, poolSize, applicationName, pooled: url !== directUrl, prepared };
}
