import type { Tx } from '@app/database';
import { newId } from '@app/kernel';
import { MockPayment } from './mock-payment.entity.js';

/** What could be an id at all: the rest need not be looked up, and PostgreSQL could not even read some of it. */
export const MOCK_ID = /^\w+$/;

/** Ids that tell whose they are, and of what, e.g. `mock_pi_019a8e4c...`. */
export const mockId = (kind: string): string => `mock_${kind}_${newId().replaceAll('-', '')}`;

/** Whatever moves a payment's money holds this lock. */
export function lockPayment(id: string, tx: Tx): Promise<MockPayment> {
  return tx.findOneOrFail(MockPayment, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

export function refused(code: string, message: string, retryable: boolean) {
  return { status: 'failed' as const, failure: { code, message, retryable } };
}
