import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import type { Gatherers } from './material.js';
import { PayoutFactsReader } from './payout-facts.js';

type Kinds =
  'vendor-approved' | 'vendor-rejected' | 'vendor-suspended' | 'payout-notice' | 'webhook-disabled';

/** What those who own a vendor are told. */
@Injectable()
export class VendorLetters {
  constructor(
    private readonly vendors: Vendors,
    private readonly payouts: PayoutFactsReader,
  ) {}

  readonly gatherers: Gatherers<Kinds> = {
    'vendor-approved': async ({ aboutId }) => ({ facts: { vendorName: await this.nameOf(aboutId) } }),

    'vendor-rejected': async ({ aboutId, facts }) => ({
      facts: { vendorName: await this.nameOf(aboutId), ...facts },
    }),

    'vendor-suspended': async ({ aboutId, facts }) => ({
      facts: { vendorName: await this.nameOf(aboutId), ...facts },
    }),

    'payout-notice': async ({ aboutId }) => ({ facts: await this.payouts.read(aboutId) }),

    'webhook-disabled': async ({ facts: { url, vendorId } }) => ({
      facts: { url, vendorName: vendorId === null ? null : await this.nameOf(vendorId) },
    }),
  };

  private async nameOf(vendorId: string): Promise<string> {
    const vendor = await this.vendors.find(vendorId);
    if (!vendor) throw new Error(`there is no vendor ${vendorId}`);
    return vendor.businessName;
  }
}
