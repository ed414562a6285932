import {
  BookingCancelled,
  BookingCompleted,
  BookingConfirmed,
  BookingCreated,
  BookingExpired,
  DepartureCancelled,
  DisputeClosed,
  DisputeOpened,
  PaymentFailed,
  PaymentProcessed,
  RefundAbandoned,
  RefundFailed,
  RefundProcessed,
  VendorApproved,
  VendorPayout,
  VendorRejected,
  VendorSuspended,
} from '@app/events';

/** What endpoints can be told. Events of users and of endpoints themselves are nobody else's business. */
export const PUBLIC_EVENTS = [
  BookingCreated,
  BookingConfirmed,
  BookingExpired,
  BookingCancelled,
  BookingCompleted,
  PaymentProcessed,
  PaymentFailed,
  RefundProcessed,
  RefundFailed,
  RefundAbandoned,
  DisputeOpened,
  DisputeClosed,
  DepartureCancelled,
  VendorApproved,
  VendorRejected,
  VendorSuspended,
  VendorPayout,
] as const;

export type PublicEvent = InstanceType<(typeof PUBLIC_EVENTS)[number]>;

/** As they are subscribed to: `booking.created`. */
export const PUBLIC_EVENT_NAMES: readonly string[] = PUBLIC_EVENTS.map(({ eventName }) => eventName);

/** What an endpoint is sent when its owner wants to see whether it works. */
export const TEST_EVENT = 'webhook_endpoint.test';
