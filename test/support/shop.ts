import { ADMIN } from './app.js';
import type { Answer, ApiClient } from './client.js';

/** Where a shop is opened: in a TestApp, or in processes of the built product. */
export interface Place {
  /** An anonymous visitor. */
  client(): ApiClient;
  /** Until everything that was published has had its effects. */
  drain(): Promise<void>;
}

export type Person = ApiClient & { id: string; credentials: { email: string; password: string } };

/** Arranges a marketplace through its own API. Every call must succeed: what it answers otherwise ends the test. */
export class Shop {
  private people = 0;
  private admin?: ApiClient;

  constructor(private readonly place: Place) {}

  async traveller(name = 'Tara Traveller'): Promise<Person> {
    this.people += 1;
    const credentials = { email: `person-${this.people}@travellr.test`, password: 'a good password' };
    const { user } = expectOk(await this.place.client().post('/auth/register', { ...credentials, name }));
    return Object.assign(await this.place.client().signIn(credentials), {
      id: user.id as string,
      credentials,
    });
  }

  async adminClient(): Promise<ApiClient> {
    this.admin ??= await this.place.client().signIn(ADMIN);
    return this.admin;
  }

  async vendor(): Promise<Person & { vendorId: string }> {
    const owner = await this.traveller('Vera Vendor');
    const vendor = expectOk(
      await owner.post('/vendors', {
        businessName: 'Andes Tours',
        phone: '+5184123456',
        country: 'PE',
        timeZone: 'America/Lima',
        defaultCurrency: 'USD',
      }),
    );
    expectOk(await (await this.adminClient()).post(`/admin/vendors/${vendor.id}/approve`));
    await this.place.drain();
    return Object.assign(owner, { vendorId: vendor.id as string });
  }

  async trip(vendor: ApiClient, changes: object = {}): Promise<any> {
    const trip = expectOk(await vendor.post('/trips', { ...TRIP, ...changes }));
    return expectOk(await vendor.post(`/trips/${trip.id}/publish`));
  }

  async departure(
    vendor: ApiClient,
    tripId: string,
    capacity = 10,
    localStart = '2027-01-20T09:00:00',
  ): Promise<any> {
    return expectOk(await vendor.post(`/trips/${tripId}/departures`, { localStart, capacity }));
  }

  /** A vendor with one published trip at 100.00 USD a seat, and one departure. */
  async open({ capacity = 10, trip: changes = {} }: { capacity?: number; trip?: object } = {}) {
    const vendor = await this.vendor();
    const trip = await this.trip(vendor, changes);
    const departure = await this.departure(vendor, trip.id, capacity);
    return { vendor, trip, departure, unitId: trip.units[0].id as string };
  }

  async book(
    traveller: ApiClient,
    { departure, unitId }: { departure: { id: string }; unitId: string },
    quantity = 1,
  ): Promise<any> {
    return expectOk(
      await traveller.post('/bookings', { departureId: departure.id, items: [{ unitId, quantity }] }),
    );
  }

  async pay(traveller: ApiClient, bookingId: string, paymentMethod = 'pm_ok'): Promise<any> {
    return expectOk(await traveller.post('/payments', { bookingId, paymentMethod }));
  }
}

export const TRIP = {
  title: 'Sunrise over Machu Picchu',
  description: 'Before the crowds, with a guide who grew up in the valley.',
  location: 'Cusco',
  country: 'PE',
  timeZone: 'America/Lima',
  durationMinutes: 480,
  currency: 'USD',
  cancellationPolicy: 'flexible',
  bookingCutoffMinutes: 120,
  units: [{ type: 'adult', price: { amount: 10_000, currency: 'USD' } }],
};

/** A local start for where the real clock runs. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19);
}

export const inThirtyDays = (): string => inDays(30);

export function expectOk({ status, body }: Pick<Answer, 'status' | 'body'>): any {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** What must hold after everything: the trial balance is zero and every integrity check passes, having looked at something. */
export async function expectBooksInOrder(shop: Shop): Promise<void> {
  const admin = await shop.adminClient();
  const { data } = expectOk(await admin.get('/admin/ledger/trial-balance'));
  expect(data.map(({ total }: { total: number }) => total)).toEqual(data.map(() => 0));
  const { checks } = expectOk(await admin.get('/admin/integrity'));
  expect(checks.flatMap(({ violations }: { violations: string[] }) => violations)).toEqual([]);
  expect(checks.length).toBeGreaterThan(3);
}
