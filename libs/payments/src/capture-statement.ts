import { confirmSeats, lockAtVersion, writePaid } from '@app/bookings';
import { insertOutboxRows } from '@app/events';
import { settleKey } from '@app/http';
import { insertJournals, insertPostings, resolveLines } from '@app/ledger';

const IF_CAPTURED = 'EXISTS (SELECT FROM payment)';
/** The same, and not before: of the parts that nothing reads, PostgreSQL begins with the last. */
const IF_SEATED = 'EXISTS (SELECT FROM seated)';

/**
 * All that money which came as expected writes, in one statement that commits by itself: `$1` booking, `$2` its version, `$3` payment,
 * `$4` the status that it had, `$5` its status, `$6` captured, `$7` now, `$8` booking, `$9` journals, `$10` their lines, `$11` events,
 * `$12` the answer's status. Those from `$8` to `$11` are JSON.
 *
 * Rows are locked in the order of the house, each because the one before was there: booking, payment, departure, key. No row comes
 * back, and nothing was written, when one of them is not as it was seen, or an account is not open yet.
 */
export const CAPTURE = /* sql */ `
WITH line AS MATERIALIZED (
  ${resolveLines('$10')}
), booking AS MATERIALIZED (
  ${lockAtVersion('$1', '$2')}
), payment AS MATERIALIZED (
  UPDATE payments SET status = $5, captured = $6, updated_at = $7
  FROM booking
  WHERE payments.id = $3 AND payments.status = $4 AND NOT superseded AND NOT EXISTS (SELECT FROM line WHERE account_id IS NULL)
  RETURNING payments.id, booking_id
), confirmed AS (
  ${writePaid('$8', 'new.id IN (SELECT booking_id FROM payment)')}
), seated AS (
  ${confirmSeats('$8', 'new.id IN (SELECT booking_id FROM payment)')} RETURNING departures.id
), journal AS (
  ${insertJournals('$9', IF_CAPTURED)} RETURNING id
), posted AS (
  ${insertPostings('line', 'journal_id IN (SELECT id FROM journal)')}
), answered AS (
  ${settleKey('$3', '$12', IF_SEATED)}
), told AS (
  ${insertOutboxRows('$11', '$7', IF_CAPTURED)}
)
SELECT id FROM payment`;
