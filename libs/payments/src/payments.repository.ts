import { paidRow, type PayableBooking } from '@app/bookings';
import { toSafeInteger, type Tx } from '@app/database';
import { keyRows, type IdempotentRequest } from '@app/http';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityNotFoundError, In, LessThan, Repository } from 'typeorm';
import { BEGIN_ATTEMPT, paymentRow } from './attempt-statement.js';
import { OPEN_STATUSES, type PaymentStatus } from './payment-status.js';
import { Payment } from './payment.entity.js';

export interface StatusSum {
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly count: number;
  /** Minor units. */
  readonly amount: number;
}

/** What recovery takes up: what nobody has touched since `before`, of one gateway. */
export interface Claim {
  readonly gateway: string;
  readonly before: Date;
  /** For what waits for a bank, and not for us. */
  readonly waitingBefore: Date;
  readonly now: Date;
  readonly limit: number;
}

@Injectable()
export class PaymentsRepository {
  constructor(@InjectRepository(Payment) private readonly payments: Repository<Payment>) {}

  /**
   * A new attempt, with its number in the booking, the booking's hold if that was extended, and the request's key: one statement.
   * @returns false, having written nothing, when the booking has been written since it was read.
   * @throws QueryFailedError on `payments_one_live` when another attempt of the booking is open or has paid, on `payments_attempt_key`
   *   when another began at the same time.
   */
  async save(
    payment: Payment,
    { booking, isExtended }: PayableBooking,
    request?: IdempotentRequest,
  ): Promise<boolean> {
    const { id, createdAt: now } = payment;
    const [saved] = await this.payments.query<{ attempt: number }[]>(BEGIN_ATTEMPT, [
      booking.id,
      booking.version,
      isExtended ? paidRow(booking, now) : null,
      paymentRow(payment),
      keyRows(request ? [{ request, resourceId: id, status: null }] : []),
      now,
    ]);
    if (!saved) return false;
    payment.attempt = saved.attempt;
    if (isExtended) booking.version += 1;
    if (request) request.recorded = true;
    return true;
  }

  findById(id: string): Promise<Payment | null> {
    return this.payments.findOneBy({ id });
  }

  findByGatewayId(gateway: string, gatewayPaymentId: string): Promise<Payment | null> {
    return this.payments.findOneBy({ gateway, gatewayPaymentId });
  }

  /** Newest first. @param before the id that the page before ended with. */
  findByBookingId(bookingId: string, range: { limit: number; before?: string }): Promise<Payment[]> {
    return this.payments.find({
      where: { bookingId, ...(range.before && { id: LessThan(range.before) }) },
      order: { id: 'DESC' },
      take: range.limit,
    });
  }

  /** Newest first. @param page from 1. */
  findAll({ page, limit }: { page: number; limit: number }): Promise<Payment[]> {
    return this.payments.find({ order: { id: 'DESC' }, skip: (page - 1) * limit, take: limit });
  }

  /** Attempts before this one, at the same gateway, whose intents it has not closed. */
  async findEarlierWithOpenIntent({ bookingId, attempt, gateway }: Payment): Promise<Payment[]> {
    if (attempt === 1) return [];
    const earlier = await this.payments.findBy({ bookingId, gateway, attempt: LessThan(attempt) });
    return earlier.filter((payment) => payment.hasOpenIntent);
  }

  /** @throws EntityNotFoundError. The booking's row is locked first: booking, payment, departure. */
  lock(id: string, tx: Tx): Promise<Payment> {
    return tx.findOneOrFail(Payment, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Every attempt of a booking. */
  attemptsOf(bookingId: string, tx: Tx): Promise<Payment[]> {
    return tx.findBy(Payment, { bookingId });
  }

  /** Every attempt of a booking, the first first. Call it with the booking's row locked. */
  lockByBooking(bookingId: string, tx: Tx): Promise<Payment[]> {
    return tx.find(Payment, {
      where: { bookingId },
      order: { attempt: 'ASC' },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Compare and set. @throws Error when the status is no longer `from`: the row was not locked. */
  async update(payment: Payment, from: PaymentStatus, tx: Tx): Promise<void> {
    const { id, ...columns } = payment;
    const { affected } = await tx.update(Payment, { id, status: from }, columns);
    if (affected !== 1) throw new Error(`payment ${id} is no longer ${from}`);
  }

  /** @returns where the attempt stands now: it may have been given up meanwhile. */
  async storeGatewayId(
    id: string,
    gatewayPaymentId: string,
    now: Date,
  ): Promise<Pick<Payment, 'status' | 'superseded' | 'gatewayPaymentId'>> {
    const [[stored]] = await this.payments.query<
      [Pick<Payment, 'status' | 'superseded' | 'gatewayPaymentId'>[], number]
    >(
      `UPDATE payments SET gateway_payment_id = $2, updated_at = $3 WHERE id = $1
       RETURNING status, superseded, gateway_payment_id AS "gatewayPaymentId"`,
      [id, gatewayPaymentId, now],
    );
    if (!stored) throw new EntityNotFoundError(Payment, { id });
    return stored;
  }

  /** Whatever other attempts of the booking may still bring is not needed any more. @returns those attempts. */
  async supersedeOthers(payment: Payment, tx: Tx): Promise<Payment[]> {
    const attempts = await this.lockByBooking(payment.bookingId, tx);
    const others = attempts.filter(
      ({ id, isOpen, superseded }) => id !== payment.id && isOpen && !superseded,
    );
    if (others.length > 0)
      await tx.update(Payment, { id: In(others.map(({ id }) => id)) }, { superseded: true });
    return others;
  }

  /** Whether another attempt pays for the booking. Call it with the booking's row locked. */
  isPaidByAnother({ id, bookingId }: Payment, tx: Tx): Promise<boolean> {
    return tx
      .createQueryBuilder(Payment, 'payment')
      .where({ bookingId, status: 'succeeded' satisfies PaymentStatus, superseded: false })
      .andWhere('payment.id <> :id', { id })
      .getExists();
  }

  /**
   * Takes up to `limit` attempts that nobody has touched since `before`, by touching them: another process finds them only after as
   * long again.
   */
  async claimInterrupted(claim: Claim, tx: Tx): Promise<Payment[]> {
    const { gateway, before } = claim;
    const due = await tx.find(Payment, {
      where: { gateway, status: In([...OPEN_STATUSES]), updatedAt: LessThan(before) },
      order: { updatedAt: 'ASC' },
      take: claim.limit,
      lock: { mode: 'for_no_key_update', onLocked: 'skip_locked' },
    });
    if (due.length > 0)
      await tx.update(Payment, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }

  /** How many attempts and refunds are unfinished at gateways other than this one, where nobody can ask for them. */
  async countStranded(gateway: string): Promise<number> {
    const [row] = await this.payments.query<[{ stranded: string }]>(
      `SELECT (SELECT count(*) FROM payments
           WHERE status IN ('pending', 'requires_action', 'processing', 'unknown') AND gateway <> $1)
         + (SELECT count(*) FROM refunds JOIN payments ON payments.id = refunds.payment_id
            WHERE refunds.status = 'pending' AND payments.gateway <> $1) AS stranded`,
      [gateway],
    );
    return toSafeInteger(row.stranded);
  }

  /** An attempt that never reached the gateway and left no trace there. */
  async delete({ id }: Payment, tx: Tx): Promise<void> {
    await tx.delete(Payment, { id, status: In([...OPEN_STATUSES]) });
  }

  async sumByStatus(): Promise<StatusSum[]> {
    const rows = await this.payments.query<
      { status: PaymentStatus; currency: string; count: string; amount: string }[]
    >(
      `SELECT status, currency, count(*) AS count, sum(amount) AS amount FROM payments
       GROUP BY status, currency ORDER BY status, currency`,
    );
    return rows.map(({ status, currency, count, amount }) => ({
      status,
      currency,
      count: toSafeInteger(count),
      amount: toSafeInteger(amount),
    }));
  }
}
