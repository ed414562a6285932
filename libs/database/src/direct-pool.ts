import pg from 'pg';
import { SturdyClient, type SturdyConfig } from './clients.js';
import { asOptions, CONNECT_WITHIN_MS, SESSION } from './session.js';

export interface DirectPoolOptions extends Pick<SturdyConfig, 'answerWithinMs'> {
  /** That of a server, past any pooler. */
  readonly url: string;
  readonly applicationName: string;
  readonly max: number;
  /** Shorter, for tests. */
  readonly connectWithinMs?: number;
}

/**
 * A host that dies or loses its network says no goodbye, and its session would keep its locks for as long as the server's system waits,
 * usually two hours. So the server asks for a sign of life after 10 s of quiet, three times, and takes 20 s for what it has sent. Over a
 * Unix socket nothing can be lost, and these mean nothing.
 */
const SIGNS_OF_LIFE = [
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=20000',
];

/** Which index leads to a job depends on how many there are of its kind: the queue's statements are planned for their values. */
const PLAN_EACH_TIME = 'plan_cache_mode=force_custom_plan';

/**
 * Connections for what needs a session of its own: LISTEN, session locks, the job queue. None of them waits without end, and one that
 * falls silent is given up. LISTEN is no query that waits for an answer.
 */
export function directPool({
  url,
  applicationName,
  max,
  connectWithinMs = CONNECT_WITHIN_MS,
  ...ofClient
}: DirectPoolOptions): pg.Pool {
  return new pg.Pool({
    Client: SturdyClient,
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: connectWithinMs,
    options: asOptions([...SESSION, ...SIGNS_OF_LIFE, PLAN_EACH_TIME]),
    keepAlive: true,
    ...ofClient,
  });
}
