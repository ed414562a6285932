import { SettlementCurrencies } from '@app/trips';
import { Injectable } from '@nestjs/common';
import { PaymentGateway } from './gateway/payment-gateway.js';

/** Tells trips, who know nothing of gateways, what the one in use can settle in. */
@Injectable()
export class GatewayCurrencies extends SettlementCurrencies {
  constructor(private readonly gateway: PaymentGateway) {
    super();
  }

  has(code: string): boolean {
    return this.gateway.capabilities().currencies.has(code);
  }
}
