import type { UnitType } from '@app/trips';
import type { BookingFacts } from '../letters/booking-facts.js';
import type { Format } from '../letters/format.js';
import type { Detail, StatementLine } from '../letters/letter.js';
import type { Locale } from '../letters/locale.js';
import { statementInEnglish } from './en-statement.js';

const UNITS: Readonly<Record<UnitType, readonly [one: string, several: string]>> = {
  adult: ['adult', 'adults'],
  youth: ['youth', 'youths'],
  child: ['child', 'children'],
  infant: ['infant', 'infants'],
  senior: ['senior', 'seniors'],
  student: ['student', 'students'],
  family: ['family', 'families'],
};

const IGNORE_IF_NOT_YOU = 'If this was not you, you need not do anything: nothing happens.';
const WHEN_REFUNDS_ARRIVE =
  'Refunds go back to the card you paid with. Banks usually take 5 to 10 business days to show them.';

/** What was booked, as every letter about a booking shows it. */
const booked = (booking: BookingFacts, format: Format): Detail[] => [
  ['Booking', booking.reference],
  ['Trip', booking.title],
  ['When', format.instant(booking.startsAt, booking.timeZone)],
  ['Where', booking.location],
  ['With', `${booking.vendorName}, ${booking.vendorPhone}`],
  ['For', booking.items.map(({ type, quantity }) => count(quantity, UNITS[type])).join(', ')],
];

const priced = ({ items }: BookingFacts, format: Format): StatementLine[] =>
  items.map(({ type, quantity, amount }) => ({
    label: count(quantity, UNITS[type]),
    amount: format.money(amount),
  }));

const count = (quantity: number, [one, several]: readonly [string, string]): string =>
  `${quantity} ${quantity === 1 ? one : several}`;

const seats = (quantity: number): string => count(quantity, ['seat', 'seats']);

function refundTerms({ refundSteps }: BookingFacts, format: Format): Detail[] {
  const steps = refundSteps.map(
    ({ until, refundBps }) => `${format.share(refundBps)} back until ${format.instant(until)}`,
  );
  return [['If you cancel', steps.length > 0 ? steps.join('\n') : 'Nothing is given back']];
}

export const en: Locale = {
  tag: 'en',
  direction: 'ltr',
  greeting: (name) => (name === undefined ? 'Hello,' : `Hello ${name},`),
  closing: (brand) => `You get this mail because of your account or booking with ${brand}.`,
  calendarNote: ({ reference, vendorName, vendorPhone }) =>
    `Booking ${reference} with ${vendorName}, ${vendorPhone}`,

  unsubscribe: {
    invitation: 'You would rather not be reminded?',
    question: 'No more reminders by mail? Confirmations and receipts will still come.',
    button: 'Stop reminders',
    done: 'You will get no more reminders. You can switch them on again in your account.',
  },

  letters: {
    'booking-received': (booking, format) => ({
      subject: `We have received your booking: ${booking.title}`,
      heading: booking.holdExpiresAt ? 'Your seats are held for you' : 'We have received your booking',
      paragraphs: booking.holdExpiresAt
        ? [
            `We are holding ${seats(booking.seats)} for you until ${format.instant(booking.holdExpiresAt)}.`,
            'Pay before then, and they are yours. After that they go back on sale.',
          ]
        : ['It is paid for. Its confirmation comes in a mail of its own.'],
      details: [
        ...booked(booking, format),
        [booking.holdExpiresAt ? 'To pay' : 'Total', format.money(booking.total)],
      ],
    }),

    'booking-confirmed': (booking, format) => ({
      subject: `Booking confirmed: ${booking.title}, ${format.day(booking.startsAt, booking.timeZone)}`,
      heading: 'Your booking is confirmed',
      paragraphs: [
        `${booking.vendorName} is expecting you. The attachment puts the trip into your calendar, at the local time of the place.`,
      ],
      details: [
        ...booked(booking, format),
        ['Total', format.money(booking.total)],
        ...(booking.total.amount > 0 ? refundTerms(booking, format) : []),
      ],
    }),

    'booking-cancelled': ({ refund, cancelledBy, ...booking }, format) => ({
      subject: `Booking cancelled: ${booking.title}`,
      heading: 'Your booking is cancelled',
      paragraphs: [
        cancelledBy === 'traveller'
          ? 'As you asked, we have cancelled your booking.'
          : 'We are sorry: your booking had to be cancelled.',
        ...(booking.cancelReason && cancelledBy !== 'traveller' ? [`Reason: ${booking.cancelReason}`] : []),
        refund.amount > 0
          ? `${format.money(refund)} is on its way back to you. ${WHEN_REFUNDS_ARRIVE}`
          : booking.paid.amount > 0
            ? 'By the terms you booked under, nothing more is given back.'
            : 'You had not paid anything, so there is nothing to give back.',
      ],
      details: [
        ...booked(booking, format),
        ['Paid', format.money(booking.paid)],
        ['Refund', format.money(refund)],
      ],
    }),

    'payment-receipt': ({ amount, paidAt, returning, ...booking }, format) => ({
      subject: `Receipt: ${format.money(amount)} for ${booking.title}`,
      heading: 'Thank you for your payment',
      paragraphs: [
        `We have received ${format.money(amount)}. Please keep this mail as your receipt.`,
        ...(returning.amount > 0
          ? [`${format.money(returning)} of it goes back to you. ${WHEN_REFUNDS_ARRIVE}`]
          : []),
      ],
      details: [...booked(booking, format), ['Paid on', format.instant(paidAt)]],
      statement: {
        // An attempt at a price that the booking has no more was not for these.
        lines: booking.total.amount === amount.amount ? priced(booking, format) : [],
        total: { label: 'Paid', amount: format.money(amount) },
      },
    }),

    'refund-arrived': ({ amount, ...booking }, format) => ({
      subject: `Refund of ${format.money(amount)}: ${booking.title}`,
      heading: 'Your refund has been paid',
      paragraphs: [`We have handed ${format.money(amount)} to your bank. ${WHEN_REFUNDS_ARRIVE}`],
      details: [...booked(booking, format), ['Refund', format.money(amount)]],
    }),

    'payment-reminder': (booking, format) => ({
      subject: `Your seats are about to lapse: ${booking.title}`,
      heading: 'Your seats are about to lapse',
      paragraphs: [
        `Your booking is not paid yet. We are holding ${seats(booking.seats)} until ${format.instant(booking.holdExpiresAt)}; then they go back on sale.`,
      ],
      details: [...booked(booking, format), ['To pay', format.money(booking.total)]],
    }),

    'trip-reminder': (booking, format) => ({
      subject: `It is almost time: ${booking.title}, ${format.day(booking.startsAt, booking.timeZone)}`,
      heading: 'It is almost time',
      paragraphs: [
        `${booking.vendorName} is looking forward to you. Questions on the way? ${booking.vendorPhone}`,
      ],
      details: booked(booking, format),
    }),

    'vendor-approved': ({ vendorName }) => ({
      subject: `${vendorName} is approved`,
      heading: 'You can sell',
      paragraphs: [`${vendorName} is approved: its published trips are on sale from now on.`],
    }),

    'vendor-rejected': ({ vendorName, reason }) => ({
      subject: `${vendorName} is not approved`,
      heading: 'We could not approve your business',
      paragraphs: [
        `We have looked at ${vendorName} and cannot approve it as it stands.`,
        'Correct what is said below in the details of your business, and it is looked at again.',
      ],
      details: [['Reason', reason]],
    }),

    'vendor-suspended': ({ vendorName, reason }) => ({
      subject: `${vendorName} is suspended`,
      heading: 'Your business is suspended',
      paragraphs: [
        `The trips of ${vendorName} are off sale until further notice. Confirmed bookings stand: please carry them out.`,
      ],
      details: [['Reason', reason]],
    }),

    'payout-notice': (payout, format) => ({
      subject: `Payout of ${format.money(payout.amount)} to ${payout.vendorName}`,
      heading: `${format.money(payout.amount)} is on its way to you`,
      paragraphs: [
        `We have paid ${payout.vendorName} for the period ${payout.period}. Below is what the payout is made of.`,
      ],
      details: [
        ['Business', payout.vendorName],
        ['Period', payout.period],
      ],
      statement: statementInEnglish(payout, format),
      notes: ['The complete statement is in your account, under payouts.'],
    }),

    'verify-email': ({ url, token }) => ({
      subject: 'Confirm your e-mail address',
      heading: 'Is this your address?',
      paragraphs: ['Please confirm that this address is yours, so that your bookings reach you.'],
      action: { label: 'Confirm my address', url, token: ['Token', token] },
      notes: ['The link is good for seven days.', IGNORE_IF_NOT_YOU],
    }),

    'reset-password': ({ url, token }) => ({
      subject: 'Choose a new password',
      heading: 'Choose a new password',
      paragraphs: ['Somebody, hopefully you, has forgotten the password of your account.'],
      action: { label: 'Choose a new password', url, token: ['Token', token] },
      notes: ['The link is good for one hour, and once.', IGNORE_IF_NOT_YOU],
    }),

    'password-changed': ({ changedAt }, format) => ({
      subject: 'Your password was changed',
      heading: 'Your password was changed',
      paragraphs: [
        `The password of your account was changed on ${format.instant(changedAt)}, and you were signed out everywhere.`,
        'If this was not you, choose a new password at once, with “forgot password”.',
      ],
    }),

    'webhook-disabled': ({ url, vendorName }) => ({
      subject: 'A webhook endpoint was switched off',
      heading: 'A webhook endpoint was switched off',
      paragraphs: [
        `We send no more news${vendorName === null ? '' : ` of ${vendorName}`} to this address: it has failed for days, or said that it wants no more of them (410 Gone).`,
        'When it is to have them again, enable the endpoint and have what it missed replayed.',
      ],
      details: [['Endpoint', url]],
    }),
  },
};
