import type { ApiClient } from './client.js';
import { expectOk, TRIP, type Shop } from './shop.js';

/** Someone's resource, and who may do the most with it. */
export interface Owned {
  readonly id: string;
  readonly owner: ApiClient;
  /** The id of something in it, where a path takes both. */
  readonly part?: string;
}

/** One of everything that has an id, none of it a stranger's. Keyed by the first segment of the paths that take the id. */
export type Marketplace = Readonly<
  Record<
    | 'users'
    | 'vendors'
    | 'trips'
    | 'departures'
    | 'bookings'
    | 'payments'
    | 'mock-gateway'
    | 'webhook-endpoints',
    Owned
  >
> & {
  readonly draft: {
    readonly id: string;
    readonly slug: string;
    readonly departureId: string;
    readonly unitId: string;
  };
};

export async function openMarketplace(shop: Shop): Promise<Marketplace> {
  const neighbour = await shop.traveller('Nora Neighbour');
  const { vendor, trip, departure, unitId } = await shop.open();
  const draft = expectOk(await vendor.post('/trips', TRIP));
  const draftDeparture = await shop.departure(vendor, draft.id);
  const traveller = await shop.traveller();
  const booking = await shop.book(traveller, { departure, unitId });
  const payment = await shop.pay(traveller, booking.id);
  const challenged = await shop.book(traveller, { departure, unitId });
  const { gatewayPaymentId } = await shop.pay(traveller, challenged.id, 'pm_3ds');
  const endpoint = expectOk(
    await vendor.post('/webhook-endpoints', { url: 'https://hooks.invalid/', events: ['booking.expired'] }),
  );
  const told = expectOk(await vendor.post(`/webhook-endpoints/${endpoint.id}/test`));
  // So that no test looks for that host.
  expectOk(await vendor.patch(`/webhook-endpoints/${endpoint.id}`, { enabled: false }));
  return {
    users: { id: neighbour.id, owner: neighbour },
    vendors: { id: vendor.vendorId, owner: vendor },
    trips: { id: trip.id, owner: vendor },
    departures: { id: departure.id, owner: vendor },
    bookings: { id: booking.id, owner: traveller },
    payments: { id: payment.id, owner: vendor },
    'mock-gateway': { id: gatewayPaymentId, owner: traveller },
    'webhook-endpoints': { id: endpoint.id, owner: vendor, part: told.id },
    draft: { id: draft.id, slug: draft.slug, departureId: draftDeparture.id, unitId: draft.units[0].id },
  };
}
