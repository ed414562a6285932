import { PaymentGateway } from '@app/payments';
import type { Actor } from '@app/http';
import { PaymentsApp } from '../../../test/support/payments-app.js';

const PATH = '/admin/reconciliation';

/** Over HTTP, on a real PostgreSQL, with the mock gateway; what it finds is tested with the reconciliation itself. */
describe('GET /admin/reconciliation', () => {
  let house: PaymentsApp;
  let admin: Actor;
  let paymentId: string;
  let gatewayId: string;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    admin = await house.createUser('admin');
    const { body } = await house.pay(await house.book());
    [paymentId, gatewayId] = [body.id, body.gatewayPaymentId];
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => house.close());

  it('says that gateway and books agree', async () => {
    const { status, body } = await house.request(admin, 'GET', PATH);
    expect([status, body]).toEqual([
      200,
      {
        ok: true,
        checkedAt: '2027-01-01T00:00:00.000Z',
        from: '2026-12-25T00:00:00.000Z',
        to: '2027-01-01T00:00:00.000Z',
        compared: 1,
        bank: [],
        breaks: [],
        truncated: false,
      },
    ]);
  });

  it('names what differs', async () => {
    const sql = 'UPDATE mock_gateway_balance_transactions SET net = net + $1';
    await house.dataSource.query(sql, [1]);
    expect((await house.request(admin, 'GET', `${PATH}?from=2026-12-31`)).body).toMatchObject({
      ok: false,
      from: '2026-12-31T00:00:00.000Z',
      breaks: [{ kind: 'amount-differs', gatewayId, paymentId, amount: { amount: 1, currency: 'USD' } }],
    });
    await house.dataSource.query(sql, [-1]);
  });

  it.each([
    ['from=2027-01-02', 'from'],
    ['from=2026-01-01', 'from'],
    ['from=2026-12-31&to=2026-12-30', 'to'],
    ['to=yesterday', 'to'],
  ])('refuses %s', async (query, field) => {
    expect(await house.request(admin, 'GET', `${PATH}?${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    });
  });

  it.each([
    [{ status: 'unavailable', rateLimited: true, retryAfterSeconds: 7 } as const, '7'],
    [{ status: 'unknown' } as const, '5'],
  ])('is 503 when the gateway answers %j', async (outcome, retryAfter) => {
    jest.spyOn(house.app.get(PaymentGateway), 'listBalanceTransactions').mockResolvedValue(outcome);
    expect(await house.request(admin, 'GET', PATH)).toMatchObject({
      status: 503,
      headers: { 'retry-after': retryAfter },
      body: { type: '/problems/gateway-unavailable' },
    });
  });

  it('is for admins alone', async () => {
    expect((await house.request(await house.createUser(), 'GET', PATH)).status).toBe(403);
  });
});
