import { Client } from './client.js';
import { moneyText, type Narrator } from './narrator.js';
import { storyTrip, localTime } from './story-trip.js';
import type {
  Booking,
  Departure,
  Dispute,
  List,
  Payment,
  PayoutRun,
  Problem,
  Quote,
  Refund,
  SignedIn,
  Trip,
  Vendor,
  VendorBalance,
} from './wire.js';

export interface StorySetting {
  /** E.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly narrator: Narrator;
  /** The present as the server sees it. */
  readonly now: () => Date;
  /** Lets so much time pass. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Who is who once the story has begun. */
export interface Cast {
  readonly admin: Client;
  readonly vendor: Client;
  readonly vendorId: string;
  readonly tara: Client;
  readonly noor: Client;
}

interface Scene {
  readonly trip: Trip;
  readonly departure: Departure;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400 * SECOND_MS;
const LAST_MINUTE_MS = 8 * SECOND_MS;
const PATIENCE = 200;

/** The main job of the product from both sides, as any client would do it over HTTP. */
export class Story {
  private readonly visitor: Client;
  private readonly narrator: Narrator;
  /** Makes the e-mail addresses new each time it is told. */
  private readonly tag: string;

  constructor(private readonly setting: StorySetting) {
    this.narrator = setting.narrator;
    this.visitor = new Client(setting.url, setting.narrator);
    this.tag = setting.now().getTime().toString(36);
  }

  /** @throws UnexpectedAnswer where the product does not do what it promises. */
  async tell(): Promise<Cast> {
    const cast = await this.vendorMovesIn();
    const scene = await this.tripIsPublished(cast);
    const booking = await this.lastSeatsAreSold(cast, scene);
    await this.soldOut(cast, scene);
    await this.declinedThenPaid(cast, scene.trip);
    await this.changeOfPlans(cast, scene, booking);
    await this.freeWalk(cast);
    const delivered = await this.tripTakesPlace(cast);
    await this.payday(cast, delivered);
    await this.adminIsNeeded(cast, scene);
    return cast;
  }

  private async vendorMovesIn(): Promise<Cast> {
    this.narrator.chapter('A vendor opens for business');
    const admin = await this.signIn(this.setting.admin);
    const vendor = await this.register('Vera Huamán');
    const { id, status } = await vendor.expect<Vendor>(201, 'POST', '/vendors', {
      businessName: 'Vera’s Andes',
      phone: '+51 84 555 0171',
      country: 'PE',
      timeZone: 'America/Lima',
      defaultCurrency: 'USD',
    });
    this.narrator.say(`Vera’s application is ${status}. The admin reads it, and:`);
    await admin.expect(200, 'POST', `/admin/vendors/${id}/approve`);
    const tara = await this.register('Tara Okafor');
    const noor = await this.register('Noor Haddad');
    return { admin, vendor, vendorId: id, tara, noor };
  }

  private async tripIsPublished({ vendor }: Cast): Promise<Scene> {
    this.narrator.chapter('She publishes a trip with three seats');
    const trip = await this.publish(vendor, storyTrip({ adult: 10_000, child: 6_000 }));
    const departure = await this.plan(vendor, trip, 30 * DAY_MS, 3);
    this.narrator.say(
      `“${trip.title}” leaves ${departure.startsAt.slice(0, 10)}: ${departure.seatsAvailable} seats.`,
    );
    return { trip, departure };
  }

  private async lastSeatsAreSold({ tara, vendorId }: Cast, { trip, departure }: Scene): Promise<Booking> {
    this.narrator.chapter('Tara finds it, books all three seats, and pays');
    const found = await this.visitor.expect<List<Trip>>(
      200,
      'GET',
      '/trips?q=condor+dawn&country=PE&seats=3',
    );
    if (!found.data.some(({ id }) => id === trip.id))
      throw new Error(`search did not find the trip of vendor ${vendorId}`);
    const held = await this.book(tara, departure, trip, { adult: 2, child: 1 });
    this.narrator.say(
      `${held.reference}: ${held.seats} seats held until ${held.holdExpiresAt?.slice(11, 16)} UTC, ${moneyText(held.total)}.`,
    );
    await tara.expect(201, 'POST', '/payments', { bookingId: held.id, paymentMethod: 'pm_ok' });
    const booking = await tara.expect<Booking>(200, 'GET', `/bookings/${held.id}`);
    this.narrator.say(`${booking.status}, ${moneyText(booking.paid)} paid.`);
    return booking;
  }

  private async soldOut({ noor }: Cast, { trip, departure }: Scene): Promise<void> {
    this.narrator.chapter('Noor comes a moment later');
    const problem = await noor.expect<Problem>(
      409,
      'POST',
      '/bookings',
      this.order(departure, trip, { adult: 1 }),
    );
    this.narrator.say(`${problem.type}: “${problem.title}”. Nothing is ever oversold.`);
  }

  private async declinedThenPaid({ vendor, noor }: Cast, trip: Trip): Promise<void> {
    this.narrator.chapter('She takes the next departure; her first card is declined');
    const departure = await this.plan(vendor, trip, 31 * DAY_MS, 8);
    const { id } = await this.book(noor, departure, trip, { adult: 1 });
    const declined = await noor.expect<Problem>(402, 'POST', '/payments', {
      bookingId: id,
      paymentMethod: 'pm_insufficient_funds',
    });
    this.narrator.say(`“${declined.failure?.message}” The seat is still hers. Another card:`);
    await noor.expect(201, 'POST', '/payments', { bookingId: id, paymentMethod: 'pm_ok' });
    const { data } = await noor.expect<List<Payment>>(200, 'GET', `/payments?bookingId=${id}`);
    const charges = data.filter(({ status }) => status === 'succeeded').length;
    this.narrator.say(`${data.length} attempts, ${charges} charge.`);
  }

  private async changeOfPlans({ tara }: Cast, { departure }: Scene, { id }: Booking): Promise<void> {
    this.narrator.chapter('Tara’s plans change');
    const quote = await tara.expect<Quote>(200, 'GET', `/bookings/${id}/cancellation-quote`);
    this.narrator.say(
      `Her policy, ${quote.policy}, gives back ${moneyText(quote.refund)}; the fee is ${moneyText(quote.fee)}.`,
    );
    await tara.expect(200, 'POST', `/bookings/${id}/cancel`, { reason: 'Grandmother turns ninety' });
    const freed = await this.visitor.expect<Departure>(200, 'GET', `/departures/${departure.id}`);
    this.narrator.say(`${freed.seatsAvailable} seats are on sale again at once; the refund follows.`);
    const settled = await this.eventually<Booking>(
      tara,
      `/bookings/${id}`,
      (booking) => booking.refunded.amount === quote.refund.amount,
    );
    this.narrator.say(`${settled.status}, ${moneyText(settled.refunded)} refunded.`);
  }

  private async freeWalk({ vendor, noor }: Cast): Promise<void> {
    this.narrator.chapter('Something for nothing');
    const trip = await this.publish(vendor, {
      ...storyTrip({ adult: 0 }),
      title: 'Free Walk through San Blas',
    });
    const departure = await this.plan(vendor, trip, 10 * DAY_MS, 20);
    const booking = await this.book(noor, departure, trip, { adult: 2 });
    this.narrator.say(`${moneyText(booking.total)}: ${booking.status} at once, without a payment.`);
  }

  private async tripTakesPlace({ vendor, noor }: Cast): Promise<Payment> {
    this.narrator.chapter('A trip takes place, and the vendor has earned it');
    const trip = await this.publish(vendor, {
      ...storyTrip({ adult: 25_000 }),
      title: 'Cusco by Night, Now',
    });
    const departure = await this.plan(vendor, trip, LAST_MINUTE_MS, 4);
    const { id } = await this.book(noor, departure, trip, { adult: 1 });
    const payment = await noor.expect<Payment>(201, 'POST', '/payments', {
      bookingId: id,
      paymentMethod: 'pm_ok',
    });
    const early = await vendor.expect<Problem>(409, 'POST', `/bookings/${id}/complete`);
    this.narrator.say(`${early.type}: not before it has started, which it is about to:`);
    await this.waitFor(departure);
    const completed = await vendor.expect<Booking>(200, 'POST', `/bookings/${id}/complete`);
    this.narrator.say(`${completed.status}: Vera’s share of ${moneyText(completed.paid)} is hers.`);
    return payment;
  }

  private async payday({ admin, vendor, vendorId }: Cast, { id }: Payment): Promise<void> {
    this.narrator.chapter('Payday, and a complaint the day after');
    const { period, paid } = await admin.expect<PayoutRun>(200, 'POST', '/admin/payouts/run', { vendorId });
    for (const { amount } of paid)
      this.narrator.say(`${moneyText(amount)} for ${period} are on Vera’s account at the gateway.`);
    const { amount } = await vendor.expect<Refund>(201, 'POST', `/payments/${id}/refund`, {
      amount: { amount: 5_000, currency: 'USD' },
      reason: 'The guide was late',
    });
    const { data } = await vendor.expect<List<VendorBalance>>(200, 'GET', `/vendors/${vendorId}/balance`);
    const available = { amount: data[0]?.available ?? 0, currency: 'USD' };
    this.narrator.say(
      `${moneyText(amount)} go back to Noor, each side bearing its part: Vera’s balance is ${moneyText(available)}, which her next payout nets.`,
    );
  }

  private async adminIsNeeded({ admin, vendor, noor }: Cast, { trip, departure }: Scene): Promise<void> {
    this.narrator.chapter('Noor’s bank takes a payment back, and a refund does not reach her card');
    const pay = async (paymentMethod: string): Promise<Payment> => {
      const { id: bookingId } = await this.book(noor, departure, trip, { adult: 1 });
      return noor.expect<Payment>(201, 'POST', '/payments', { bookingId, paymentMethod });
    };
    const { id: disputed } = await pay('pm_dispute');
    await this.eventually<List<Dispute>>(admin, '/admin/disputes', ({ data }) =>
      data.some(({ paymentId }) => paymentId === disputed),
    );
    this.narrator.say('Vera’s share is kept back until the bank has decided.');
    const { id: owed } = await pay('pm_refund_fails');
    await vendor.expect<Refund>(201, 'POST', `/payments/${owed}/refund`, { reason: 'The guide was ill' });
    await this.eventually<List<Refund>>(admin, '/admin/refunds?status=failed', ({ data }) =>
      data.some(({ paymentId }) => paymentId === owed),
    );
    this.narrator.say('It stays owed until the admin tries again, or gives it up.');
  }

  private async waitFor({ startsAt }: Departure): Promise<void> {
    const start = Date.parse(startsAt);
    for (;;) {
      const leftMs = start - this.setting.now().getTime();
      if (leftMs <= 0) break;
      this.narrator.fleeting(`it starts in ${Math.ceil(leftMs / SECOND_MS)} s ...`);
      await this.setting.pause(Math.min(leftMs, SECOND_MS));
    }
    this.narrator.clearFleeting();
    this.narrator.say('... and off they go.');
  }

  private async eventually<T>(client: Client, path: string, isSo: (found: T) => boolean): Promise<T> {
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      const { body } = await client.send<T>('GET', path);
      if (isSo(body)) return client.expect<T>(200, 'GET', path);
      await this.setting.pause(100);
    }
    throw new Error(`GET ${path} did not become what it should`);
  }

  private async register(name: string): Promise<Client> {
    const [first] = name.toLowerCase().split(' ');
    const email = `${first}.${this.tag}@demo.example`;
    const { accessToken } = await this.visitor.expect<SignedIn>(201, 'POST', '/auth/register', {
      email,
      name,
      password: `the password of ${first}`,
    });
    return this.visitor.as(name.split(' ')[0] ?? name, accessToken);
  }

  private async signIn(credentials: { email: string; password: string }): Promise<Client> {
    const { accessToken } = await this.visitor.expect<SignedIn>(200, 'POST', '/auth/login', credentials);
    return this.visitor.as('admin', accessToken);
  }

  private async publish(vendor: Client, details: object): Promise<Trip> {
    const { id } = await vendor.expect<Trip>(201, 'POST', '/trips', details);
    return vendor.expect<Trip>(200, 'POST', `/trips/${id}/publish`);
  }

  private plan(vendor: Client, { id }: Trip, fromNowMs: number, capacity: number): Promise<Departure> {
    const start = new Date(this.setting.now().getTime() + fromNowMs);
    return vendor.expect<Departure>(201, 'POST', `/trips/${id}/departures`, {
      localStart: localTime(start, 'America/Lima'),
      capacity,
    });
  }

  private book(traveller: Client, departure: Departure, trip: Trip, party: Party): Promise<Booking> {
    return traveller.expect<Booking>(201, 'POST', '/bookings', this.order(departure, trip, party));
  }

  private order({ id }: Departure, { units }: Trip, party: Party): object {
    return {
      departureId: id,
      items: Object.entries(party).map(([type, quantity]) => ({
        unitId: units.find((unit) => unit.type === type)?.id,
        quantity,
      })),
    };
  }
}

type Party = Readonly<Record<string, number>>;
