import { Vendors } from '@app/vendors';
import type { Catalogue } from './catalogue.js';

/** A body of `POST /trips` that nothing is wrong with. */
export const tripDraft = {
  title: 'Sacred Valley on foot',
  description: 'A day among terraces and salt pans.',
  location: 'Cusco',
  country: 'PE',
  timeZone: 'America/Lima',
  durationMinutes: 480,
  currency: 'USD',
  cancellationPolicy: 'flexible',
  bookingCutoffMinutes: 60,
  units: [{ type: 'adult', price: { amount: 15_000, currency: 'USD' } }],
};

export interface SellingTrip {
  readonly owner: string;
  readonly vendorId: string;
  readonly id: string;
  /** @returns the id of a new departure; without a start of its own, a day after the one before. */
  departure(plan?: { capacity?: number; localStart?: string }): Promise<string>;
}

/** A new vendor, pending. */
export async function newVendor(
  catalogue: Catalogue,
  token?: string,
): Promise<{ owner: string; vendorId: string }> {
  const owner = token ?? (await catalogue.user());
  const vendor = {
    businessName: 'Andes Walks',
    phone: '+51845550100',
    country: 'PE',
    timeZone: 'America/Lima',
    defaultCurrency: 'USD',
  };
  const { body } = await catalogue.send('POST', '/vendors', owner, vendor);
  return { owner, vendorId: body.id };
}

/** A published trip of an approved vendor. */
export async function sellingTrip(catalogue: Catalogue, changes: object = {}): Promise<SellingTrip> {
  const { owner, vendorId } = await newVendor(catalogue);
  await catalogue.get(Vendors).approve(vendorId);
  const { body } = await catalogue.send('POST', '/trips', owner, { ...tripDraft, ...changes });
  await catalogue.send('POST', `/trips/${body.id}/publish`, owner);
  let day = Date.parse('2028-01-01T09:00:00Z');
  return {
    owner,
    vendorId,
    id: body.id,
    async departure({
      capacity = 10,
      localStart = new Date((day += 86_400_000)).toISOString().slice(0, 19),
    } = {}) {
      const plan = { capacity, localStart };
      const answer = await catalogue.send('POST', `/trips/${body.id}/departures`, owner, plan);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body.id;
    },
  };
}
