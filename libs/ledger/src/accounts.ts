/** Accounts of the platform itself: one per currency. */
export const PLATFORM_ACCOUNTS = [
  'gateway:balance', // what the gateway holds for us
  'platform:gateway_fees',
  'platform:dispute_fees',
  'platform:losses',
  'commission:deferred', // our share of bookings still to be delivered
  'commission:revenue', // our share, earned
  'refunds:in_flight', // owed to travellers, on its way back or parked
  'dispute:receivable', // withdrawn by the gateway while a dispute is open
  'fx:clearing', // joins the two journals of a movement that arrives in another currency
] as const;

/** Accounts kept for each vendor: one per vendor and currency. */
export const VENDOR_ACCOUNTS = [
  'vendor:pending', // the vendor's share of bookings still to be delivered
  'vendor:available', // earned and not yet paid out; below zero, the vendor owes us
  'vendor:in_transit', // handed to the gateway as a payout
  'vendor:dispute_hold', // kept back while a dispute is open
] as const;

export type PlatformAccount = (typeof PLATFORM_ACCOUNTS)[number];
export type VendorAccount = (typeof VENDOR_ACCOUNTS)[number];

/** One account in whichever currency the amount has. A vendor's account cannot be named without its vendor, nor the platform's with one. */
export type Account = PlatformAccount | { readonly name: VendorAccount; readonly vendorId: string };
