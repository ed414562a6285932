import { DisputeSweep } from '../libs/payments/src/disputes/dispute-sweep.js';
import { TestApp } from './support/app.js';
import { BankDispute } from './support/bank.js';
import type { ApiClient } from './support/client.js';
import { expectBooksInOrder, expectOk, Shop } from './support/shop.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** The whole product over HTTP, with the mock gateway's own webhooks. */
describe('a disputed payment', () => {
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    admin = await shop.adminClient();
  });
  beforeEach(() => app.clock.set('2027-01-01T00:00:00Z'));
  afterEach(() => expectBooksInOrder(shop));
  afterAll(() => app.stop());

  const sell = async (paymentMethod: string) => {
    const offer = await shop.open();
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, offer);
    const { id: paymentId } = await shop.pay(traveller, booking.id, paymentMethod);
    await app.drain();
    const payment = async () => expectOk(await traveller.get(`/payments/${paymentId}`));
    const dispute = async () => {
      const { data } = expectOk(await admin.get('/admin/disputes?limit=100'));
      return data.find((each: { paymentId: string }) => each.paymentId === paymentId);
    };
    const balance = async () =>
      expectOk(await offer.vendor.get(`/vendors/${offer.vendor.vendorId}/balance`)).data[0];
    const complete = async () => {
      app.clock.set(offer.departure.endsAt);
      expectOk(await offer.vendor.post(`/bookings/${booking.id}/complete`));
    };
    return { offer, traveller, booking, paymentId, payment, dispute, balance, complete };
  };
  const close = async (gatewayDisputeId: string, outcome: 'won' | 'lost') =>
    expectOk(await admin.post(`/mock-gateway/disputes/${gatewayDisputeId}/close`, { outcome }));

  it.each(['won', 'lost'] as const)('is withdrawn, and then %s, as the gateway tells', async (outcome) => {
    const { payment, dispute, balance, complete } = await sell('pm_dispute');
    expect(await payment()).toMatchObject({ status: 'disputed', refunded: usd(0) });
    expect(await dispute()).toMatchObject({
      status: 'open',
      amount: usd(10_000),
      vendorShare: usd(8_000),
      commissionShare: usd(2_000),
    });
    expect(await balance()).toMatchObject({ pending: 0, available: 0 });

    await close((await dispute()).gatewayDisputeId, outcome);
    await app.drain();
    await complete();
    expect(await dispute()).toMatchObject({ status: outcome });
    expect(await payment()).toMatchObject({ status: outcome === 'won' ? 'succeeded' : 'disputed' });
    expect(await balance()).toMatchObject({ pending: 0, available: outcome === 'won' ? 8_000 : 0 });
    expect(expectOk(await admin.get('/admin/reconciliation'))).toMatchObject({ ok: true, breaks: [] });
  });

  it('is found out about also when the gateway’s news of the verdict are lost', async () => {
    const { payment, dispute } = await sell('pm_dispute');
    const { gatewayDisputeId } = await dispute();
    const knobs = (drop: boolean) => admin.send('PUT', '/mock-gateway/knobs', { webhooks: { drop } });
    expectOk(await knobs(true));
    await close(gatewayDisputeId, 'won');
    await app.drain();
    expectOk(await knobs(false));
    expect(await dispute()).toMatchObject({ status: 'open' });

    app.clock.advance(3 * 60_000);
    await app.get(DisputeSweep).sweep();
    expect(await dispute()).toMatchObject({ status: 'won' });
    expect(await payment()).toMatchObject({ status: 'succeeded' });
  });

  it('that was paid out already is owed by the vendor', async () => {
    const { offer, paymentId, balance, complete } = await sell('pm_ok');
    await complete();
    const { vendorId } = offer.vendor;
    const run = expectOk(await admin.post('/admin/payouts/run', { vendorId }));
    expect(run).toMatchObject({ paid: [{ vendorId, amount: usd(8_000) }] });

    const dispute = new BankDispute(app.nest, paymentId);
    await dispute.becomes('open');
    expect(await balance()).toMatchObject({ pending: 0, available: -8_000, paid: 8_000 });
    await dispute.becomes('lost');
    expect(await balance()).toMatchObject({ available: -8_000 });
    const holds = await app.query<{ balance: string }>(
      `SELECT sum(amount) AS balance FROM postings JOIN ledger_accounts account ON account.id = account_id
       WHERE account.name IN ('vendor:dispute_hold', 'dispute:receivable')`,
    );
    expect(holds).toEqual([{ balance: '0' }]);
  });
});
