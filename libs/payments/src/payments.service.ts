import { Bookings } from '@app/bookings';
import {
  decodeCursor,
  Forbidden,
  page,
  ResourceNotFound,
  type Actor,
  type Page,
  type PageQuery,
} from '@app/http';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import type { Refund } from './refunds/refund.entity.js';
import { RefundsRepository } from './refunds/refunds.repository.js';

/** Reading payments. Who may see the booking may see its payments: its traveller, the members of its vendor, and admins. */
@Injectable()
export class Payments {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly bookings: Bookings,
    private readonly vendors: Vendors,
  ) {}

  /** @throws ResourceNotFound, to strangers too. */
  async get(actor: Actor, id: string): Promise<Payment> {
    const payment = await this.payments.findById(id);
    if (payment && (payment.userId === actor.id || (await this.actsForVendor(actor, payment))))
      return payment;
    throw new ResourceNotFound('payment', id);
  }

  /** For refunding it. @throws ResourceNotFound to strangers, Forbidden to its traveller. */
  async getToRefund(actor: Actor, id: string): Promise<Payment> {
    const payment = await this.get(actor, id);
    if (await this.actsForVendor(actor, payment)) return payment;
    throw new Forbidden('only the vendor of the booking can refund a payment: cancel the booking instead');
  }

  /** Newest first. @throws ResourceNotFound for a booking that is not there or someone else's. */
  async listOfBooking(actor: Actor, bookingId: string, { limit, cursor }: PageQuery): Promise<Page<Payment>> {
    await this.bookings.get(actor, bookingId);
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const rows = await this.payments.findByBookingId(bookingId, { limit: limit + 1, before });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** For whoever was allowed to make it: a request that is repeated. */
  getRefund(id: string): Promise<Refund> {
    return this.refunds.get(id);
  }

  private async actsForVendor(actor: Actor, { vendorId }: Payment): Promise<boolean> {
    return actor.role === 'admin' || (await this.vendors.membership(actor.id, vendorId)) !== undefined;
  }
}
