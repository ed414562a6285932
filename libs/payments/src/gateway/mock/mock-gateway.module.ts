import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PaymentGateway } from '../payment-gateway.js';
import { MockAccount } from './mock-account.entity.js';
import { MockChallenges } from './mock-challenges.js';
import { MockGatewayController } from './mock-gateway.controller.js';
import { MockGateway } from './mock-gateway.js';
import { MockIdempotency } from './mock-idempotency.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockRefund } from './mock-refund.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([MockPayment, MockRefund, MockAccount])],
  controllers: [MockGatewayController],
  providers: [MockIdempotency, MockChallenges, { provide: PaymentGateway, useClass: MockGateway }],
  exports: [PaymentGateway],
})
export class MockGatewayModule {}
