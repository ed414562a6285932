/** Each has runners of its own, so that slow work of one kind keeps no other waiting. */
export const LANES = ['deliveries', 'work', 'gateway', 'mail', 'webhooks'] as const;
export type Lane = (typeof LANES)[number];

/**
 * The lowest number comes first: a heap of mail that waits for a slow server lies behind what others look for in the same table, and so
 * does one of refunds that wait for a slow gateway.
 */
export const PRIORITY: Readonly<Record<Lane, number>> = {
  deliveries: 0,
  work: 0,
  gateway: 1,
  mail: 2,
  webhooks: 2,
};
