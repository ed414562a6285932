export { VendorMember, type VendorRole } from './vendor-member.entity.js';
export { VENDOR_STATUSES, VENDOR_TRANSITIONS, type VendorStatus } from './vendor-status.js';
export { toVendorView, VendorPage, VendorView } from './vendor.dto.js';
export { PAYOUT_SCHEDULES, Vendor, type PayoutSchedule } from './vendor.entity.js';
export { VendorTransitionNotAllowed } from './vendor.errors.js';
export { VendorsModule } from './vendors.module.js';
export { Vendors } from './vendors.service.js';
