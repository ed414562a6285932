import { QueryFailedError } from 'typeorm';

/** Whether `error` is PostgreSQL refusing a row because of the named constraint or unique index. */
export function violates(error: unknown, constraint: string): boolean {
  return (
    error instanceof QueryFailedError &&
    (error.driverError as { constraint?: string }).constraint === constraint
  );
}
