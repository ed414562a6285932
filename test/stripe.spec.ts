import type { ApiClient } from './support/client.js';
import { ADMIN, TestApp } from './support/app.js';
import { expectBooksInOrder, expectOk, Shop } from './support/shop.js';
import { StripeFake } from './support/stripe-fake/stripe-fake.js';
import type { WebhookEndpoint } from './support/stripe-fake/webhooks.js';

const SECRET = 'whsec_of_the_test';

/** The whole product on the Stripe adapter, over real HTTP in both directions, before a Stripe of the test's own. */
describe('on Stripe', () => {
  let stripe: StripeFake;
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let endpoint: WebhookEndpoint;

  beforeAll(async () => {
    stripe = await StripeFake.start({ now: () => app.clock.now().getTime() });
    app = await TestApp.start({
      env: { STRIPE_API_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: SECRET, STRIPE_API_BASE: stripe.url },
    });
    shop = new Shop(app);
    admin = await app.client().signIn(ADMIN);
    endpoint = stripe.endpoint(`${app.url}/api/v1/webhooks/stripe`, SECRET);
  });
  afterEach(() => expectInOrder());
  afterAll(async () => {
    await app.stop();
    await stripe.close();
  });

  /** The books among themselves and with Stripe, and nothing asked of Stripe that it does not document. */
  async function expectInOrder(): Promise<void> {
    await expectBooksInOrder(shop);
    expect(stripe.violations).toEqual([]);
    expect(expectOk(await admin.get('/admin/reconciliation'))).toMatchObject({ ok: true, breaks: [] });
  }

  /** Tells the product all that happened: the last first, and everything twice. */
  const tell = async () => {
    const news = endpoint.news().toReversed();
    const statuses = await endpoint.deliver(...news, ...news);
    expect(statuses).toEqual(statuses.map(() => 200));
    await app.drain();
  };

  it('a challenge is passed, the news come in any order, and the booking is paid once', async () => {
    const offer = await shop.open();
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, offer);
    const declined = await traveller.post('/payments', {
      bookingId: booking.id,
      paymentMethod: 'pm_declined',
    });
    expect([declined.status, declined.body.failure.code]).toEqual([402, 'card_declined']);
    const challenged = await shop.pay(traveller, booking.id, 'pm_3ds');
    expect(challenged).toMatchObject({ status: 'requires_action', gateway: 'stripe' });
    expect(challenged.nextAction.url).toMatch(/^https?:/);
    stripe.intents.authenticate(challenged.gatewayPaymentId, 'pass');
    await tell();
    expect((await traveller.get(`/bookings/${booking.id}`)).body).toMatchObject({
      status: 'confirmed',
      paid: { amount: 10_000, currency: 'USD' },
    });
    const charges = stripe.world.objects.all('charge').filter(({ status }) => status === 'succeeded');
    expect(charges).toHaveLength(1);
  });

  it.each([
    ['JPY', 10_000, 10_000],
    ['KWD', 10_000, 10_000],
    ['ISK', 10_000, 1_000_000],
    ['UGX', 10_000, 1_000_000],
  ])('%s %i is charged as %i of Stripe’s units, and goes back whole', async (currency, amount, units) => {
    const offer = await shop.open({
      trip: { currency, units: [{ type: 'adult', price: { amount, currency } }] },
    });
    const traveller = await shop.traveller();
    const { id } = await shop.book(traveller, offer);
    const { gatewayPaymentId } = await shop.pay(traveller, id);
    expect(stripe.world.objects.get('payment_intent', gatewayPaymentId)).toMatchObject({
      amount: units,
      currency: currency.toLowerCase(),
    });
    expectOk(await traveller.post(`/bookings/${id}/cancel`, {}));
    await tell();
    await app.drain();
    expect((await traveller.get(`/bookings/${id}`)).body.refunded).toEqual({ amount, currency });
  });

  it('a vendor is paid once he may be; a lost dispute is taken back from his next payout', async () => {
    stripe.topUp(1_000_000, 'usd');
    const offer = await shop.open();
    const { vendor, departure } = offer;
    const traveller = await shop.traveller();
    const earn = async (quantity: number) => {
      const booking = await shop.book(traveller, offer, quantity);
      return { booking, payment: await shop.pay(traveller, booking.id) };
    };
    const first = await earn(1);
    const second = await earn(2);
    app.clock.set(departure.endsAt);
    const complete = (id: string) => vendor.post(`/bookings/${id}/complete`);
    expectOk(await complete(first.booking.id));
    const run = async () => expectOk(await admin.post('/admin/payouts/run', { vendorId: vendor.vendorId }));
    expect((await run()).skipped).toMatchObject([{ reason: 'payouts-not-enabled' }]);

    const account = expectOk(await vendor.post(`/vendors/${vendor.vendorId}/payout-account`));
    expect(account).toMatchObject({
      payoutsEnabled: false,
      onboardingUrl: expect.stringMatching(/^https?:/),
    });
    stripe.accounts.enable(account.id);
    await tell();
    expect((await run()).paid).toMatchObject([{ amount: { amount: 8_000, currency: 'USD' } }]);

    const dispute = stripe.disputes.open(first.payment.gatewayPaymentId);
    await tell();
    expect((await traveller.get(`/payments/${first.payment.id}`)).body.status).toBe('disputed');
    stripe.disputes.close(dispute.id, 'lost');
    await tell();
    expect(expectOk(await admin.get('/admin/disputes?status=lost')).data).toHaveLength(1);

    expectOk(await complete(second.booking.id));
    app.clock.advance(7 * 86_400_000);
    expect((await run()).paid).toMatchObject([{ amount: { amount: 8_000, currency: 'USD' } }]);
    const [balance] = expectOk(await vendor.get(`/vendors/${vendor.vendorId}/balance`)).data;
    expect(balance).toMatchObject({ pending: 0, available: 0, inTransit: 0, onHold: 0, paid: 16_000 });
  });

  it('news that nobody signed is refused', async () => {
    const forger = stripe.endpoint(`${app.url}/api/v1/webhooks/stripe`, 'whsec_of_nobody');
    expect(
      await forger.deliver({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object: {} } }),
    ).toEqual([400]);
    expect((await app.client().post('/webhooks/mock', {})).status).toBe(404);
    expect((await admin.get('/mock-gateway/knobs')).status).toBe(404);
  });
});
