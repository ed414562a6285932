import type { PaymentsApp, SoldBooking } from './payments-app.js';
import { expectOk } from './shop.js';

export interface PaidBooking extends SoldBooking {
  readonly paymentId: string;
}

/** @param paymentMethod a token of the mock's that succeeds. */
export async function sellPaid(
  house: PaymentsApp,
  options: Parameters<PaymentsApp['book']>[0] = {},
  paymentMethod = 'pm_ok',
): Promise<PaidBooking> {
  const booking = await house.book(options);
  return { ...booking, paymentId: expectOk(await house.pay(booking, paymentMethod)).id };
}

/** What a bank has taken back, as the payment and as the booking have it; minor units. */
export async function disputedOf(house: PaymentsApp, { id, paymentId }: PaidBooking): Promise<number[]> {
  const [row] = await house.dataSource.query<[{ payment: number; booking: number }]>(
    `SELECT payments.disputed::int AS payment, bookings.disputed::int AS booking
     FROM payments JOIN bookings ON bookings.id = $1 WHERE payments.id = $2`,
    [id, paymentId],
  );
  return [row.payment, row.booking];
}
