import { newId } from '@app/kernel';
import type { Stripe } from 'stripe';
import type { VendorAccount, VendorAccountOutcome } from '../gateway-results.js';
import type { CreateVendorAccount, GatewayRead } from '../payment-gateway.js';
import { failureOf } from './stripe-errors.js';
import type { Send, StripeRequests } from './stripe-requests.js';

/** Vendors' accounts: they receive transfers only, and Stripe asks the vendor for his details and his bank. */
export class StripeAccounts {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
    /** Where the vendor is sent back to from Stripe's pages. */
    private readonly returnUrl: string,
  ) {}

  create({ vendorId, businessName, country, ...call }: CreateVendorAccount): Promise<VendorAccountOutcome> {
    // What Stripe calls an Express account: https://docs.stripe.com/connect/migrate-to-controller-properties
    const account: Stripe.AccountCreateParams = {
      country,
      controller: {
        stripe_dashboard: { type: 'express' },
        fees: { payer: 'application' },
        losses: { payments: 'application' },
      },
      capabilities: { transfers: { requested: true } },
      business_profile: { name: businessName },
      metadata: { vendorId },
    };
    return this.requests.answer<VendorAccountOutcome>(
      call,
      async (send) => {
        const { id } = await send(
          (options) => this.stripe.accounts.create(account, options),
          call.idempotencyKey,
        );
        return this.present(id, send);
      },
      (refusal) => ({ status: 'refused', failure: failureOf(refusal) }),
    );
  }

  read(id: string, call: GatewayRead): Promise<VendorAccountOutcome> {
    return this.requests.answer<VendorAccountOutcome>(call, (send) => this.present(id, send));
  }

  /** Read each time, since the answer to a repeated create is as old as the first. */
  private async present(id: string, send: Send): Promise<VendorAccountOutcome> {
    const account = await send((options) => this.stripe.accounts.retrieve(id, {}, options));
    const open: VendorAccount = {
      id,
      payoutsEnabled: account.payouts_enabled && account.capabilities?.transfers === 'active',
    };
    if (!needsDetails(account)) return { status: 'open', account: open };
    return { status: 'open', account: { ...open, onboardingUrl: await this.onboardingUrl(id, send) } };
  }

  /** Good for one visit within minutes, so that each reader gets his own. */
  private async onboardingUrl(account: string, send: Send): Promise<string> {
    const link: Stripe.AccountLinkCreateParams = {
      account,
      type: 'account_onboarding',
      refresh_url: this.returnUrl,
      return_url: this.returnUrl,
    };
    const key = `link:${newId()}`;
    return (await send((options) => this.stripe.accountLinks.create(link, options), key)).url;
  }
}

function needsDetails({ details_submitted, requirements }: Stripe.Account): boolean {
  return !details_submitted || (requirements?.currently_due ?? []).length > 0;
}
