import { parseDayOrInstant, type TimeRange } from '@app/http';
import { parseArgs } from 'node:util';

export interface ReconcileOptions extends TimeRange {
  readonly help: boolean;
}

/** The command line is not usable. The message says what would be right. */
export class UsageError extends Error {}

export const USAGE = `Compares the gateway's balance with the books, movement by movement. Changes nothing.

  npm run reconcile
  npm run reconcile -- --from 2027-01-01 --to 2027-02-01

  --from   a day (from midnight UTC) or an instant; seven days before --to unless given
  --to     likewise, exclusive; now unless given

Ends with 0 when they agree, with 1 when they differ or cannot be compared, with 2 when it is called in a wrong way.
`;

/** @throws UsageError */
export function reconcileOptions(args: readonly string[], now: Date): ReconcileOptions {
  const { help, ...ends } = parsed(args);
  const from = instantOf('from', ends.from);
  const to = instantOf('to', ends.to);
  if (from && from >= now) throw new UsageError(`--from must be in the past, not "${ends.from}"`);
  if (from && to && to <= from) throw new UsageError('--to must be later than --from');
  return { ...(from && { from }), ...(to && { to }), help: help ?? false };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function instantOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const instant = parseDayOrInstant(text);
  if (!instant) {
    throw new UsageError(
      `--${name} must be a day or an instant, e.g. 2027-01-10 or 2027-01-10T14:00:00Z, not "${text}"`,
    );
  }
  return instant;
}
