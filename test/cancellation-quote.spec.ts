import { currency, floorToStep, shareOf } from '@app/kernel';
import fc from 'fast-check';
import { BankDispute } from './support/bank.js';
import { PaymentsApp, type SoldBooking } from './support/payments-app.js';
import { expectOk } from './support/shop.js';

const MINUTE_MS = 60_000;

/** Days on which the clocks change, spring and autumn; on Lord Howe by half an hour, in Lima never. */
const STARTS = [
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2027-11-07'],
  ['Europe/Lisbon', '2027-03-28'],
  ['Europe/Lisbon', '2027-10-31'],
  ['Australia/Lord_Howe', '2027-04-04'],
  ['Australia/Lord_Howe', '2027-10-03'],
  ['America/Lima', '2027-06-01'],
] as const;

/** Whoever cancels later gets no more. */
function tiers() {
  const different = { minLength: 1, maxLength: 4 } as const;
  return fc
    .tuple(
      fc.uniqueArray(fc.nat(10_000), different),
      fc.array(fc.nat(10_000), { minLength: 4, maxLength: 4 }),
    )
    .map(([minutes, basisPoints]) => {
      const [untils, refunds] = [minutes, basisPoints].map((each) => each.toSorted((a, b) => b - a));
      return untils!.map((untilMinutesBefore, index) => ({
        untilMinutesBefore,
        refundBps: refunds![index]!,
      }));
    });
}

const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const cases = fc.record({
  code: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD'),
  steps: fc.integer({ min: 3, max: 100_000 }),
  start: fc.constantFrom(...STARTS),
  hour: fc.integer({ min: 4, max: 23 }),
  tiers: tiers(),
  /** When it is cancelled: around the limit of a tier, or any time. */
  moment: fc.oneof(
    fc.record({ tier: fc.nat(3), offMs: fc.constantFrom(-1, 0, 1) }),
    fc.record({ minutesBefore: fc.integer({ min: 1, max: 20_000 }) }),
  ),
  refunds: fc.array(share, { maxLength: 2 }),
  disputes: fc.array(
    fc.record({ share, stands: fc.constantFrom('open' as const, 'won' as const, 'lost' as const) }),
    {
      maxLength: 2,
    },
  ),
  by: fc.constantFrom('traveller' as const, 'vendor' as const, 'admin' as const),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** The whole house, with policies, zones, refunds and banks of every kind. */
describe('What a cancellation quotes', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterAll(() => house.close());

  it('is what it pays back, to the minor unit; banks that decide later add what they withheld of it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const { paid, startsAt, sold } = await sell(given);
        const toStep = (part: number) =>
          Math.max(currency(given.code).step, floorToStep(Math.floor(part * paid), given.code));
        for (const part of given.refunds) await refund(sold, { amount: toStep(part), currency: given.code });
        const disputes: { dispute: BankDispute; stands: string; taken: number }[] = [];
        for (const { share, stands } of given.disputes) {
          const dispute = new BankDispute(house.app, sold.paymentId, toStep(share));
          const { vendorShare, commissionShare } = await dispute.becomes('open');
          if (stands !== 'open') await dispute.becomes(stands);
          disputes.push({ dispute, stands, taken: vendorShare + commissionShare });
        }
        const takenBy = (...standing: string[]) =>
          disputes.reduce((sum, { stands, taken }) => sum + (standing.includes(stands) ? taken : 0), 0);
        const before = (await house.booking(sold)).refunded.amount as number;

        const now = new Date(startsAt.getTime() - msBefore(given));
        house.clock.set(now.toISOString());
        const entitled = given.by === 'traveller' ? byPolicy(given, paid) : paid;
        const expected = Math.max(0, entitled - before - takenBy('open', 'lost'));
        const who = given.by === 'admin' ? await house.createUser('admin') : sold[given.by];
        const quote = expectOk(await house.request(who, 'GET', `/bookings/${sold.id}/cancellation-quote`));
        expect(quote.refund).toEqual({ amount: expected, currency: given.code });
        expect(quote.fee.amount).toBe(paid - before - takenBy('open', 'lost') - expected);

        expectOk(await house.request(who, 'POST', `/bookings/${sold.id}/cancel`, {}));
        await house.settle();
        expect(await promised(sold)).toBe(before + expected);

        for (const { dispute, stands } of disputes) if (stands === 'open') await dispute.becomes('won');
        await house.settle();
        expect(await promised(sold)).toBe(Math.max(before, entitled - takenBy('lost')));
        await house.requireSound();
      }),
      { numRuns: 12 },
    );
  }, 300_000);

  /** Refunds made, and those still owed: a gateway refuses to refund a charge that a bank has taken back in part. */
  async function promised({ id }: { id: string }): Promise<number> {
    const [booking] = await house.dataSource.query<{ promised: string }[]>(
      'SELECT refund_committed AS promised FROM bookings WHERE id = $1',
      [id],
    );
    return Number(booking?.promised);
  }

  /** By the tier that the elapsed time falls into, whatever the clocks on the wall say. */
  function byPolicy(given: Case, paid: number): number {
    const tier = given.tiers
      .toSorted((a, b) => b.untilMinutesBefore - a.untilMinutesBefore)
      .find(({ untilMinutesBefore }) => msBefore(given) >= untilMinutesBefore * MINUTE_MS);
    if (!tier) return 0;
    return tier.refundBps === 10_000 ? paid : floorToStep(shareOf(paid, tier.refundBps), given.code);
  }

  function msBefore({ moment, tiers }: Case): number {
    if ('minutesBefore' in moment) return moment.minutesBefore * MINUTE_MS;
    const tier = tiers[moment.tier % tiers.length]!;
    return Math.max(1, tier.untilMinutesBefore * MINUTE_MS + moment.offMs);
  }

  async function refund(
    { vendor, paymentId }: { vendor: SoldBooking['vendor']; paymentId: string },
    amount: object,
  ) {
    const body = { amount, reason: 'It rained' };
    const { status } = await house.request(vendor, 'POST', `/payments/${paymentId}/refund`, body);
    expect([201, 409]).toContain(status);
  }

  /** A paid booking of one seat, on a trip and departure of its own. */
  async function sell({ code, steps, start: [timeZone, day], hour, tiers }: Case) {
    house.clock.set('2027-01-01T00:00:00Z');
    const { vendor, traveller, vendorId } = await house.book();
    const post = async (who: typeof vendor, url: string, body: object = {}) =>
      expectOk(await house.request(who, 'POST', url, body));
    const trip = await post(vendor, '/trips', {
      title: 'When the clocks change',
      description: 'An hour more, or less.',
      location: 'Anywhere',
      country: 'US',
      timeZone,
      durationMinutes: 60,
      currency: code,
      cancellationPolicy: tiers,
      bookingCutoffMinutes: 0,
      units: [{ type: 'adult', price: { amount: steps * currency(code).step, currency: code } }],
    });
    await post(vendor, `/trips/${trip.id}/publish`);
    const localStart = `${day}T${String(hour).padStart(2, '0')}:00:00`;
    const departure = await post(vendor, `/trips/${trip.id}/departures`, { localStart, capacity: 1 });
    const items = [{ unitId: trip.units[0].id, quantity: 1 }];
    const { id } = await post(traveller, '/bookings', { departureId: departure.id, items });
    const payment = await post(traveller, '/payments', { bookingId: id, paymentMethod: 'pm_ok' });
    const sold = {
      id,
      departureId: departure.id,
      vendorId,
      vendor,
      traveller,
      paymentId: payment.id as string,
    };
    return { sold, paid: payment.amount.amount as number, startsAt: new Date(departure.startsAt) };
  }
});
