import {
  BooleanField,
  EmailField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  MoneyField,
  MoneyView,
  ObjectField,
  PageOf,
  PageQuery,
  PhoneField,
  TextField,
  UuidField,
} from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { BOOKING_STATUSES, type BookingStatus } from './booking-status.js';
import type { Booking } from './booking.entity.js';
import type { CancellationQuote } from './cancellation.js';

export class ItemInput {
  @UuidField({ description: 'A unit of the departure’s trip' })
  unitId: string;

  @IntegerField({ min: 1, max: 1000, example: 2 })
  quantity: number;
}

export class ContactInput {
  @TextField({ example: 'Ada Lovelace' })
  name: string;

  @EmailField()
  email: string;

  @PhoneField({ optional: true })
  phone?: string;
}

export class CreateBooking {
  @UuidField()
  departureId: string;

  @ListField(() => ItemInput, { minItems: 1, maxItems: 20 })
  items: ItemInput[];

  @ObjectField(() => ContactInput, { optional: true, description: 'Whom to write to, when it is not you' })
  contact?: ContactInput;
}

export class UpdateBooking {
  @ObjectField(() => ContactInput, { optional: true })
  contact?: ContactInput;

  @UuidField({
    optional: true,
    description: 'Another departure of the same trip; only while the booking is pending',
  })
  departureId?: string;

  @ListField(() => ItemInput, {
    minItems: 1,
    maxItems: 20,
    optional: true,
    description: 'Replaces all items; only while the booking is pending',
  })
  items?: ItemInput[];
}

export class CancelBooking {
  @TextField({ optional: true, max: 500, example: 'Plans have changed' })
  reason?: string;
}

export class BookingQuery extends PageQuery {
  @EnumField(BOOKING_STATUSES, { optional: true })
  status?: BookingStatus;

  @BooleanField({
    optional: true,
    fromQuery: true,
    description: 'Whether to list archived bookings too: those that were over a year ago',
  })
  archived?: boolean;
}

export class ItemView {
  @UuidField()
  unitId: string;

  @IntegerField({ example: 2 })
  quantity: number;

  @MoneyField()
  unitPrice: MoneyView;

  @MoneyField()
  amount: MoneyView;
}

export class BookingView {
  @UuidField()
  id: string;

  @TextField({ description: 'The booking’s name for people', example: '7K2Q9XW4DPM3' })
  reference: string;

  @EnumField(BOOKING_STATUSES)
  status: BookingStatus;

  @IntegerField({ example: 2 })
  seats: number;

  @MoneyField()
  total: MoneyView;

  @MoneyField({ description: 'What was captured' })
  paid: MoneyView;

  @MoneyField({ description: 'What has gone back' })
  refunded: MoneyView;

  @InstantField({
    nullable: true,
    description: 'Until when the seats are held; null once they are not merely held',
  })
  holdExpiresAt: string | null;

  @UuidField()
  departureId: string;

  @UuidField()
  tripId: string;

  @UuidField()
  vendorId: string;

  @UuidField()
  userId: string;

  @ListField(() => ItemView, { maxItems: 20 })
  items: ItemView[];

  @ObjectField(() => ContactInput, { nullable: true })
  contact: ContactInput | null;

  @InstantField()
  startsAt: string;

  @InstantField({ nullable: true })
  cancelledAt: string | null;

  @EnumField(['traveller', 'vendor', 'admin'], { nullable: true })
  cancelledBy: string | null;

  @TextField({ nullable: true })
  cancelReason: string | null;

  @InstantField({ nullable: true })
  completedAt: string | null;

  @BooleanField({ description: 'Over for more than a year, and out of the lists unless they are asked for' })
  archived: boolean;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class BookingPage extends PageOf(BookingView) {}

export class TierView {
  @IntegerField({ description: 'The tier applies until so many minutes before the start', example: 1440 })
  untilMinutesBefore: number;

  @IntegerField({ description: 'How much it gives back, in hundredths of a percent', example: 10_000 })
  refundBps: number;
}

export class CancellationQuoteView {
  @MoneyField()
  refund: MoneyView;

  @MoneyField({ description: 'What is kept' })
  fee: MoneyView;

  @TextField({ description: 'The policy the booking was made under', example: 'moderate' })
  policy: string;

  @ApiProperty({
    type: TierView,
    nullable: true,
    description: 'The tier that applies now; null when none does',
  })
  tier: TierView | null;
}

export function toBookingView(booking: Booking): BookingView {
  const money = (amount: number): MoneyView => ({ amount, currency: booking.currency });
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  return {
    id: booking.id,
    reference: booking.reference,
    status: booking.status,
    seats: booking.seats,
    total: money(booking.total),
    paid: money(booking.paid),
    refunded: money(booking.refunded),
    holdExpiresAt: iso(booking.holdExpiresAt),
    departureId: booking.departureId,
    tripId: booking.tripId,
    vendorId: booking.vendorId,
    userId: booking.userId,
    items: booking.items.map(({ unitId, quantity, unitPrice, amount }) => ({
      unitId,
      quantity,
      unitPrice: money(unitPrice),
      amount: money(amount),
    })),
    contact: booking.contact,
    startsAt: booking.startsAt.toISOString(),
    cancelledAt: iso(booking.cancelledAt),
    cancelledBy: booking.cancelledBy,
    cancelReason: booking.cancelReason,
    completedAt: iso(booking.completedAt),
    archived: booking.archivedAt !== null,
    createdAt: booking.createdAt.toISOString(),
    updatedAt: booking.updatedAt.toISOString(),
  };
}

export function toQuoteView(
  booking: Booking,
  { refund, fee, tier }: CancellationQuote,
): CancellationQuoteView {
  return { refund, fee, policy: booking.policySnapshot.name, tier };
}
