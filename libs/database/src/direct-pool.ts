import pg from 'pg';
import { SturdyClient } from './clients.js';
import { ANSWER_WITHIN_MS, asOptions, CONNECT_WITHIN_MS, SESSION } from './session.js';

export interface DirectPoolOptions {
  /** That of a server, past any pooler. */
  readonly url: string;
  readonly applicationName: string;
  readonly max: number;
  /** Shorter limits, for tests. */
  readonly connectWithinMs?: number;
  readonly answerWithinMs?: number;
}

/**
 * Connections for what needs a session of its own: LISTEN, session locks, the job queue. None of them waits without end, and one that
 * falls silent is given up. LISTEN is no query that waits for an answer.
 */
export function directPool({
  url,
  applicationName,
  max,
  connectWithinMs = CONNECT_WITHIN_MS,
  answerWithinMs = ANSWER_WITHIN_MS,
}: DirectPoolOptions): pg.Pool {
  return new pg.Pool({
    Client: SturdyClient,
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: answerWithinMs,
    options: asOptions(SESSION),
    keepAlive: true,
  });
}
