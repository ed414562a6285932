import { Transactor } from '@app/database';
import { ResourceNotFound, type Actor } from '@app/http';
import { Injectable } from '@nestjs/common';
import { IntentState } from '../../payment.errors.js';
import { MockIntents } from './mock-intents.js';
import { MOCK_ID } from './mock-id.js';
import { AUTHENTICATION_FAILED } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';

export type ChallengeOutcome = 'pass' | 'fail';

/** 3-D Secure at the mock: what the payer's bank would do, followed by news to the platform. */
@Injectable()
export class MockChallenges {
  constructor(
    private readonly transactor: Transactor,
    private readonly intents: MockIntents,
  ) {}

  /** @throws IntentState; ResourceNotFound, also for someone else's payment. */
  finish(actor: Actor, gatewayPaymentId: string, outcome: ChallengeOutcome): Promise<MockPayment> {
    return this.transactor.run(async (tx) => {
      const where = { id: gatewayPaymentId };
      const payment = MOCK_ID.test(gatewayPaymentId)
        ? await tx.findOne(MockPayment, { where, lock: { mode: 'pessimistic_write' } })
        : null;
      const isTheirs = payment?.metadata.userId === actor.id || actor.role === 'admin';
      if (!payment || !isTheirs) throw new ResourceNotFound('payment', gatewayPaymentId);
      if (payment.status !== 'requires_action') throw new IntentState(payment.status);
      if (outcome === 'pass') await this.intents.charge(payment, tx);
      else await this.intents.decline(payment, AUTHENTICATION_FAILED, tx);
      return payment;
    });
  }
}
