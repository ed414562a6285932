import type { Booking } from '@app/bookings';
import { toSafeInteger, type Tx } from '@app/database';
import { commissionOf, commissionReversed } from '@app/ledger';
import { Injectable } from '@nestjs/common';
import type { Payment } from './payment.entity.js';

/** What has been taken from a payment: by refunds made, under way, or failed and still owed; by disputes that are open or lost. Minor units. */
export interface Taken {
  readonly amount: number;
  /** The platform's part of it. */
  readonly commission: number;
}

/** What is left of a payment, and whose it is. Everything here is asked with the payment's row locked. */
@Injectable()
export class PaymentShares {
  async takenFrom({ id }: Payment, tx: Tx): Promise<Taken> {
    const [row] = await tx.query<[{ amount: string; commission: string }]>(
      `SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(commission), 0) AS commission FROM (
         SELECT amount, commission FROM refunds
         WHERE payment_id = $1 AND status <> 'canceled' AND retried_as IS NULL
         UNION ALL
         SELECT vendor_share + commission_share, commission_share FROM disputes
         WHERE payment_id = $1 AND status IN ('open', 'lost')
       ) AS taken`,
      [id],
    );
    return { amount: toSafeInteger(row.amount), commission: toSafeInteger(row.commission) };
  }

  /**
   * The platform's part of the next `amount` to be taken from a payment; the vendor bears the remainder. What disputes took may return
   * out of turn, and with it what its rounding took: the part is kept within what each side still has, so that neither ever pays for
   * the other, and parts that add up to the whole payment are exactly its shares.
   */
  commissionOfNext(
    amount: number,
    { captured }: Pick<Payment, 'captured'>,
    { commissionBps }: Pick<Booking, 'commissionBps'>,
    taken: Taken,
  ): number {
    const commission = commissionOf(captured, commissionBps);
    const due = commissionReversed({
      commission,
      captured,
      refundedToDate: taken.amount + amount,
      alreadyReversed: taken.commission,
    });
    const platformHas = commission - taken.commission;
    const vendorHas = captured - taken.amount - platformHas;
    return Math.max(amount - vendorHas, Math.min(due, amount, platformHas));
  }
}
