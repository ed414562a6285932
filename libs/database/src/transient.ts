import { DatabaseError } from 'pg';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  TransactionNotStartedError,
} from 'typeorm';

const DEADLOCK = '40P01';

/** PostgreSQL conditions that the same statement will likely not meet again (PostgreSQL manual, appendix A), and lost connections. */
const TRANSIENT_CODES = new Set([
  '40001', // serialization_failure
  DEADLOCK,
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled, e.g. by statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What pg and its pool say without a code: no connection became free in time, or the one in use was lost. */
const TRANSIENT_MESSAGES =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error)/;

interface Failure {
  readonly code?: string;
  readonly message?: string;
  readonly severity?: string;
  /** Of PostgreSQL's source: what tells apart errors of one code, in whatever language it speaks. */
  readonly routine?: string;
}

/** What TypeORM says of a transaction whose connection was lost between two of its statements. */
const LOST_TRANSACTIONS = [
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  TransactionNotStartedError,
];

/**
 * What a pooler says of itself goes by `08P01`: no server, no connection free in time, the server gone in the middle of something. From
 * PostgreSQL that code is a fault in the protocol, which would come again, and no FATAL one.
 */
const isPoolers = ({ code = '', severity }: Failure): boolean =>
  code.startsWith('08') && severity === 'FATAL';

/**
 * PostgreSQL has forgotten a named statement, or a migration has changed what it answers since ("cached plan must not change result type").
 * It has done nothing; under another name it will do.
 */
export function isOutdated(error: unknown): boolean {
  const { code, routine } = error as Failure;
  return code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery');
}

/** Whether the database could not do it just now, through no fault of the request. */
export function isTransient(error: unknown): boolean {
  if (LOST_TRANSACTIONS.some((lost) => error instanceof lost)) return true;
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const failure = (cause ?? {}) as Failure;
  return (
    TRANSIENT_CODES.has(failure.code ?? '') ||
    TRANSIENT_MESSAGES.test(failure.message ?? '') ||
    isPoolers(failure) ||
    isOutdated(failure)
  );
}

/**
 * Whether PostgreSQL has answered that it did not do it, because of what it was asked or met with: of many things at once, each may be
 * tried alone. Of a connection that was lost, whatever it is that says so, nobody knows.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof QueryFailedError && error.driverError instanceof DatabaseError)) return false;
  return error.driverError.code === DEADLOCK || !isTransient(error);
}
