import { ADMIN } from './processes.mjs';

const DEPARTURES = 8;
const TRIP = {
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

/** A vendor with one trip, as many seats as are wanted, and a traveller who books them one by one: all through the API. */
export class Market {
  turn = 0;

  static async open(url, seats) {
    const market = new Market();
    market.url = url;
    const admin = await market.signIn(ADMIN);
    const owner = await market.register('vera@travellr.bench');
    const vendor = await market.post(owner, '/vendors', {
      businessName: 'Andes Tours',
      phone: '+5184123456',
      country: 'PE',
      timeZone: 'America/Lima',
      defaultCurrency: 'USD',
    });
    await market.post(admin, `/admin/vendors/${vendor.id}/approve`);
    const trip = await market.post(owner, '/trips', TRIP);
    await market.post(owner, `/trips/${trip.id}/publish`);
    market.unitId = trip.units[0].id;
    market.departureIds = [];
    for (let day = 30; day < 30 + DEPARTURES; day += 1) {
      const localStart = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 19);
      const capacity = Math.ceil(seats / DEPARTURES);
      const { id } = await market.post(owner, `/trips/${trip.id}/departures`, { localStart, capacity });
      market.departureIds.push(id);
    }
    market.traveller = await market.register('tara@travellr.bench');
    return market;
  }

  book() {
    this.turn += 1;
    return this.post(this.traveller, '/bookings', {
      departureId: this.departureIds[this.turn % DEPARTURES],
      items: [{ unitId: this.unitId, quantity: 1 }],
    });
  }

  async register(email) {
    const credentials = { email, password: 'a good password' };
    return (await this.post(undefined, '/auth/register', { ...credentials, name: 'Tara Traveller' }))
      .accessToken;
  }

  async signIn(credentials) {
    return (await this.post(undefined, '/auth/login', credentials)).accessToken;
  }

  /** @throws Error unless it succeeds. */
  async post(token, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
