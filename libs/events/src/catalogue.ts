import type { Money } from '@app/kernel';
import { DomainEvent, type DomainEventType } from './domain-event.js';

interface BookingFacts {
  bookingId: string;
  userId: string;
  vendorId: string;
  tripId: string;
  departureId: string;
  seats: number;
}

abstract class BookingEvent<Payload extends BookingFacts = BookingFacts> extends DomainEvent<Payload> {
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.bookingId;
  }
}

/** Seats are held until `holdExpiresAt` (ISO 8601; null for a free booking, which is confirmed at once). */
export class BookingCreated extends BookingEvent<
  BookingFacts & { reference: string; total: Money; holdExpiresAt: string | null }
> {
  static readonly eventName = 'booking.created';
}

/** The booking is paid, or free: its seats are the traveller's. */
export class BookingConfirmed extends BookingEvent {
  static readonly eventName = 'booking.confirmed';
}

/** The hold lapsed unpaid and its seats went back on sale. */
export class BookingExpired extends BookingEvent {
  static readonly eventName = 'booking.expired';
}

/** `refund` is what the policy gives back of what was paid so far, 0 included; payments carries it out. */
export class BookingCancelled extends BookingEvent<
  BookingFacts & { refund: Money; wasConfirmed: boolean; cancelledBy: 'traveller' | 'vendor' | 'admin' }
> {
  static readonly eventName = 'booking.cancelled';
}

/** The departure took place: the vendor's share is available to him. */
export class BookingCompleted extends BookingEvent {
  static readonly eventName = 'booking.completed';
}

interface PaymentFacts {
  paymentId: string;
  bookingId: string;
  amount: Money;
}

abstract class PaymentEvent<Payload extends PaymentFacts = PaymentFacts> extends DomainEvent<Payload> {
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.bookingId;
  }
}

/** Money was captured. */
export class PaymentProcessed extends PaymentEvent {
  static readonly eventName = 'payment.processed';
}

export class PaymentFailed extends PaymentEvent<PaymentFacts & { code: string }> {
  static readonly eventName = 'payment.failed';
}

/** A refund reached the traveller, or rather his bank. */
export class RefundProcessed extends PaymentEvent<PaymentFacts & { refundId: string }> {
  static readonly eventName = 'refund.processed';
}

/** The gateway refused a refund, or it came back after it had settled: it is still owed to the traveller. */
export class RefundFailed extends PaymentEvent<PaymentFacts & { refundId: string; code: string }> {
  static readonly eventName = 'refund.failed';
}

/** A refund that had failed was given up, for a reason of the platform's: the money stays. */
export class RefundAbandoned extends PaymentEvent<PaymentFacts & { refundId: string; reason: string }> {
  static readonly eventName = 'refund.abandoned';
}

/** A bank took money of a payment back while it looks into the traveller's complaint. `amount` is what is disputed. */
export class DisputeOpened extends PaymentEvent<PaymentFacts & { disputeId: string }> {
  static readonly eventName = 'dispute.opened';
}

/** The bank has decided: `won` brought the money back. `bookingCancelled` tells whether the booking had been cancelled by then. */
export class DisputeClosed extends PaymentEvent<
  PaymentFacts & { disputeId: string; outcome: 'won' | 'lost'; bookingCancelled: boolean }
> {
  static readonly eventName = 'dispute.closed';
}

abstract class VendorEvent<
  Payload extends { vendorId: string } = { vendorId: string },
> extends DomainEvent<Payload> {
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.vendorId;
  }
}

export class VendorApproved extends VendorEvent {
  static readonly eventName = 'vendor.approved';
}

export class VendorRejected extends VendorEvent<{ vendorId: string; reason: string }> {
  static readonly eventName = 'vendor.rejected';
}

/** Nothing new of this vendor sells; confirmed bookings stand. */
export class VendorSuspended extends VendorEvent<{ vendorId: string; reason: string }> {
  static readonly eventName = 'vendor.suspended';
}

/** Money left for the vendor's bank account. */
export class VendorPayout extends VendorEvent<{
  vendorId: string;
  payoutId: string;
  amount: Money;
  period: string;
}> {
  static readonly eventName = 'vendor.payout';
}

export class DepartureCancelled extends DomainEvent<{
  departureId: string;
  tripId: string;
  vendorId: string;
  reason: string;
}> {
  static readonly eventName = 'departure.cancelled';
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.departureId;
  }
}

abstract class UserEvent extends DomainEvent<{ userId: string }> {
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.userId;
  }
}

/** Somebody has an account; the address is not known to be theirs yet. */
export class UserRegistered extends UserEvent {
  static readonly eventName = 'user.registered';
}

/** Somebody asked for another mail to confirm the address with. */
export class EmailVerificationRequested extends UserEvent {
  static readonly eventName = 'user.verification_requested';
}

/** Somebody says that he forgot the password of this account. */
export class PasswordResetRequested extends UserEvent {
  static readonly eventName = 'user.password_reset_requested';
}

export class PasswordChanged extends UserEvent {
  static readonly eventName = 'user.password_changed';
}

/** A target of webhooks failed for days on end, or answered 410, and is told nothing more until its owner enables it again. */
export class WebhookEndpointDisabled extends DomainEvent<{
  endpointId: string;
  /** Null: the platform's own. */
  vendorId: string | null;
  url: string;
}> {
  static readonly eventName = 'webhook_endpoint.disabled';
  static readonly version = 1;

  get aggregateId(): string {
    return this.payload.endpointId;
  }
}

/** Every event there is, by its wire name: how a stored event finds its class again. */
export const eventTypes: ReadonlyMap<string, DomainEventType & (new (payload: never) => DomainEvent)> =
  new Map(
    [
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
      VendorApproved,
      VendorRejected,
      VendorSuspended,
      VendorPayout,
      DepartureCancelled,
      UserRegistered,
      EmailVerificationRequested,
      PasswordResetRequested,
      PasswordChanged,
      WebhookEndpointDisabled,
    ].map((type) => [type.eventName, type]),
  );
