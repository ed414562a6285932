import { Transactor } from '@app/database';
import { ResourceNotFound } from '@app/http';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import type { VendorAccount } from '../gateway/gateway-results.js';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '../gateway/payment-gateway.js';
import { GatewayUnavailable } from '../payment.errors.js';

/** The vendors' accounts at the gateway, where their payouts go. */
@Injectable()
export class PayoutAccounts {
  constructor(
    private readonly vendors: Vendors,
    private readonly gateway: PaymentGateway,
    private readonly transactor: Transactor,
  ) {}

  /**
   * Opens the vendor's account, or brings our record of it up to date when there is one.
   * @throws ResourceNotFound, GatewayUnavailable
   */
  async open(vendorId: string): Promise<VendorAccount> {
    const vendor = await this.vendors.find(vendorId);
    if (!vendor) throw new ResourceNotFound('vendor', vendorId);
    const outcome = vendor.payoutAccountId
      ? await this.gateway.getVendorAccount(vendor.payoutAccountId, { timeoutMs: GATEWAY_TIMEOUT_MS })
      : await this.gateway.createVendorAccount({
          vendorId,
          businessName: vendor.businessName,
          country: vendor.country,
          currency: vendor.defaultCurrency,
          idempotencyKey: `account:${vendorId}`,
          timeoutMs: GATEWAY_TIMEOUT_MS,
        });
    if (outcome.status !== 'open') {
      throw new GatewayUnavailable(outcome.status === 'unavailable' ? outcome.retryAfterSeconds : 1);
    }
    await this.transactor.run((tx) => this.vendors.setPayoutAccount(vendorId, outcome.account, tx));
    return outcome.account;
  }
}
