import { CONFIG } from '@app/config';
import { Clock } from '@app/kernel';
import { Module } from '@nestjs/common';
import { PaymentGateway } from '../payment-gateway.js';
import type { StripeGatewayConfig } from './stripe-gateway.js';

/** Stripe's package is two hundred files, and megabytes once loaded: who runs on another gateway does without. */
async function openStripe(config: StripeGatewayConfig, clock: Clock): Promise<PaymentGateway> {
  const { StripeGateway } = await import('./stripe-gateway.js');
  return new StripeGateway(config, clock);
}

@Module({
  providers: [{ provide: PaymentGateway, useFactory: openStripe, inject: [CONFIG, Clock] }],
  exports: [PaymentGateway],
})
export class StripeGatewayModule {}
