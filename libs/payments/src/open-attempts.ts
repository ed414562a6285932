import { OpenPayments } from '@app/bookings';
import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { OPEN_STATUSES } from './payment-status.js';
import { Payment } from './payment.entity.js';

/** Tells bookings, who know nothing of payments, whether one is under way. */
@Injectable()
export class OpenAttempts extends OpenPayments {
  isOpen(bookingId: string, tx: Tx): Promise<boolean> {
    return tx.existsBy(Payment, { bookingId, status: In([...OPEN_STATUSES]), superseded: false });
  }
}
