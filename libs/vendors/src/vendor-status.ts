export type VendorStatus = 'pending' | 'approved' | 'rejected' | 'suspended';

/** From each status, where a vendor may go next. */
export const VENDOR_TRANSITIONS: Readonly<Record<VendorStatus, readonly VendorStatus[]>> = {
  pending: ['approved', 'rejected'],
  approved: ['suspended'],
  suspended: ['approved'],
  // By a PATCH: whoever corrects a rejected application submits it again.
  rejected: ['pending'],
};

export const VENDOR_STATUSES = Object.keys(VENDOR_TRANSITIONS) as readonly VendorStatus[];

/** The statuses that may precede `next`: the "compare" of a compare-and-set. */
export function statusesBefore(next: VendorStatus): VendorStatus[] {
  return VENDOR_STATUSES.filter((status) => VENDOR_TRANSITIONS[status].includes(next));
}
