/** Each has runners of its own, so that slow work of one kind keeps no other waiting. */
export const LANES = ['deliveries', 'work', 'gateway', 'mail', 'webhooks'] as const;
export type Lane = (typeof LANES)[number];

/**
 * The lowest number comes first: what may pile up, mail for a slow server or refunds for a slow gateway, lies behind what others look for
 * in the same table.
 */
export const PRIORITY: Readonly<Record<Lane, number>> = {
  deliveries: 0,
  work: 0,
  gateway: 1,
  webhooks: 2,
  mail: 3,
};
