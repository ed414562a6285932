import { Transactor } from '@app/database';
import { ResourceNotFound } from '@app/http';
import { Vendors } from '@app/vendors';
import { Injectable, Logger } from '@nestjs/common';
import type { VendorAccount } from '../gateway/gateway-results.js';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '../gateway/payment-gateway.js';
import { GatewayUnavailable, PayoutAccountRefused } from '../payment.errors.js';

/** The vendors' accounts at the gateway, where their payouts go. */
@Injectable()
export class PayoutAccounts {
  private readonly logger = new Logger(PayoutAccounts.name);

  constructor(
    private readonly vendors: Vendors,
    private readonly gateway: PaymentGateway,
    private readonly transactor: Transactor,
  ) {}

  /**
   * Opens the vendor's account at the gateway in use, or brings our record of it up to date when there is one.
   * @throws ResourceNotFound, PayoutAccountRefused, GatewayUnavailable
   */
  async open(vendorId: string): Promise<VendorAccount> {
    const vendor = await this.vendors.find(vendorId);
    if (!vendor) throw new ResourceNotFound('vendor', vendorId);
    const accountId = vendor.payoutGateway === this.gateway.name ? vendor.payoutAccountId : null;
    const outcome = accountId
      ? await this.gateway.getVendorAccount(accountId, { timeoutMs: GATEWAY_TIMEOUT_MS })
      : await this.gateway.createVendorAccount({
          vendorId,
          businessName: vendor.businessName,
          country: vendor.country,
          currency: vendor.defaultCurrency,
          // A gateway takes a key once for the same particulars: a change of these is a change of the vendor.
          idempotencyKey: `account:${vendorId}:${vendor.updatedAt.getTime()}`,
          timeoutMs: GATEWAY_TIMEOUT_MS,
        });
    if (outcome.status === 'refused') {
      const { code, message, requestId } = outcome.failure;
      this.logger.warn({ vendorId, code, requestId }, `no account for vendor ${vendorId}: ${message}`);
      throw new PayoutAccountRefused(vendor.country, code);
    }
    if (outcome.status !== 'open') {
      throw new GatewayUnavailable(outcome.status === 'unavailable' ? outcome.retryAfterSeconds : 1);
    }
    const account = { ...outcome.account, gateway: this.gateway.name };
    await this.transactor.run((tx) => this.vendors.setPayoutAccount(vendorId, account, tx));
    return outcome.account;
  }

  /** The gateway has something new on an account: our record is brought up to date. @throws GatewayUnavailable to be tried again. */
  async refresh(accountId: string): Promise<void> {
    const vendor = await this.vendors.findByPayoutAccount(this.gateway.name, accountId);
    if (vendor) await this.open(vendor.id);
  }
}
