import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PaymentGateway } from '../payment-gateway.js';
import { DecideMockRefund } from './decide-mock-refund.job.js';
import { MockAccount } from './mock-account.entity.js';
import { MockBalanceTransaction } from './mock-balance-transaction.entity.js';
import { MockBalance } from './mock-balance.js';
import { MockChallenges } from './mock-challenges.js';
import { MockDispute } from './mock-dispute.entity.js';
import { MockDisputes } from './mock-disputes.js';
import { MockGatewayController } from './mock-gateway.controller.js';
import { MockGateway } from './mock-gateway.js';
import { MockIdempotency } from './mock-idempotency.js';
import { MockIntents } from './mock-intents.js';
import { MockKnobs } from './mock-knobs.entity.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockPromptCalls } from './mock-prompt-calls.js';
import { MockRefund } from './mock-refund.entity.js';
import { MockRefunds } from './mock-refunds.js';
import { MockTransfer } from './mock-transfer.entity.js';
import { MockTransfers } from './mock-transfers.js';
import { MockWorld } from './mock-world.js';
import { MockWorldController } from './mock-world.controller.js';
import { MockNews } from './news/mock-news.js';
import { MockSignature } from './news/mock-signature.js';
import { SendMockWebhook } from './news/send-mock-webhook.job.js';

/** The mock's own tables. */
export const MOCK_ENTITIES = [
  MockPayment,
  MockRefund,
  MockAccount,
  MockTransfer,
  MockDispute,
  MockBalanceTransaction,
  MockKnobs,
];

@Module({
  imports: [TypeOrmModule.forFeature(MOCK_ENTITIES)],
  controllers: [MockGatewayController, MockWorldController],
  providers: [
    DecideMockRefund,
    MockBalance,
    MockChallenges,
    MockDisputes,
    MockIdempotency,
    MockIntents,
    MockNews,
    MockPromptCalls,
    MockRefunds,
    MockSignature,
    MockTransfers,
    MockWorld,
    SendMockWebhook,
    { provide: PaymentGateway, useClass: MockGateway },
  ],
  exports: [PaymentGateway, MockNews],
})
export class MockGatewayModule {}
