import type { Tx } from '@app/database';
import { MockPayment } from './mock-payment.entity.js';

/** Whatever moves a payment's money holds this lock. */
export function lockPayment(id: string, tx: Tx): Promise<MockPayment> {
  return tx.findOneOrFail(MockPayment, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

export function refused(code: string, message: string, retryable: boolean) {
  return { status: 'failed' as const, failure: { code, message, retryable } };
}
