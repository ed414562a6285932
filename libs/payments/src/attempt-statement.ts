import { lockAtVersion, writePaid } from '@app/bookings';
import { insertKeys } from '@app/http';
import type { Payment } from './payment.entity.js';

/**
 * All that the beginning of a payment writes, in one statement that commits by itself: `$1` booking, `$2` its version, `$3` the booking
 * if its hold was extended, `$4` payment, `$5` idempotency keys, `$6` now. It numbers the attempt. No row when the booking is not at
 * that version any more: nothing was written then.
 */
export const BEGIN_ATTEMPT = /* sql */ `
WITH booking AS MATERIALIZED (
  ${lockAtVersion('$1', '$2')}
), extended AS (
  ${writePaid('$3', 'new.id IN (SELECT id FROM booking)')}
), payment AS (
  INSERT INTO payments (id, booking_id, user_id, vendor_id, attempt, amount, currency, status, gateway, payment_method,
    created_at, updated_at)
  SELECT new.id, booking.id, new.user_id, new.vendor_id,
    (SELECT coalesce(max(attempt), 0) + 1 FROM payments WHERE booking_id = $1), new.amount, new.currency, new.status, new.gateway,
    new.payment_method, $6, $6
  FROM booking, jsonb_to_record($4::jsonb) AS new (id uuid, user_id uuid, vendor_id uuid, amount bigint, currency char(3), status text,
    gateway text, payment_method text)
  RETURNING id, attempt
), kept AS (
  ${insertKeys('$5', '$6', 'new.resource_id IN (SELECT id FROM payment)')}
)
SELECT attempt FROM payment`;

/** As JSON. */
export function paymentRow(payment: Payment): string {
  return JSON.stringify({
    id: payment.id,
    user_id: payment.userId,
    vendor_id: payment.vendorId,
    amount: payment.amount,
    currency: payment.currency,
    status: payment.status,
    gateway: payment.gateway,
    payment_method: payment.paymentMethod,
  });
}
