import { TestApp } from '../../../test/support/app.js';
import { Shop } from '../../../test/support/shop.js';

describe('travellers whose trip is archived', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
  });
  afterAll(() => app.stop());

  it('still read the trip and the departure that they have booked', async () => {
    const offer = await shop.open();
    const [traveller, stranger] = [await shop.traveller(), await shop.traveller('Sam Stranger')];
    await shop.book(traveller, offer);
    expect((await offer.vendor.delete(`/trips/${offer.trip.id}`)).status).toBe(204);

    for (const path of [`/trips/${offer.trip.id}`, `/departures/${offer.departure.id}`]) {
      expect((await traveller.get(path)).status).toBe(200);
      expect((await stranger.get(path)).status).toBe(404);
      expect((await app.client().get(path)).status).toBe(404);
    }
  });
});
