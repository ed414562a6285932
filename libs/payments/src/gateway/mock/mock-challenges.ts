import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { ResourceNotFound, type Actor } from '@app/http';
import { Injectable } from '@nestjs/common';
import { GATEWAY_NEWS } from '../../jobs/job-names.js';
import { IntentState } from '../../payment.errors.js';
import { AUTHENTICATION_FAILED } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';

/** What could be an id at all: the rest need not be looked up, and PostgreSQL could not even read some of it. */
const ID = /^\w+$/;

export type ChallengeOutcome = 'pass' | 'fail';

/** 3-D Secure at the mock: what the payer's bank would do, followed by news to the platform. */
@Injectable()
export class MockChallenges {
  constructor(
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
  ) {}

  /** @throws IntentState; ResourceNotFound, also for someone else's payment. */
  finish(actor: Actor, gatewayPaymentId: string, outcome: ChallengeOutcome): Promise<MockPayment> {
    return this.transactor.run(async (tx) => {
      const where = { id: gatewayPaymentId };
      const payment = ID.test(gatewayPaymentId)
        ? await tx.findOne(MockPayment, { where, lock: { mode: 'pessimistic_write' } })
        : null;
      const isTheirs = payment?.metadata.userId === actor.id || actor.role === 'admin';
      if (!payment || !isTheirs) throw new ResourceNotFound('payment', gatewayPaymentId);
      if (payment.status !== 'requires_action') throw new IntentState(payment.status);
      if (outcome === 'pass') payment.charge();
      else payment.decline(AUTHENTICATION_FAILED);
      await tx.update(MockPayment, where, { status: payment.status, failure: payment.failure });
      await this.jobs.enqueue(GATEWAY_NEWS, { gatewayPaymentId }, tx);
      return payment;
    });
  }
}
