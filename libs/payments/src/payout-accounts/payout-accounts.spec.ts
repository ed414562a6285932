import { PaymentsApp } from '../../../../test/support/payments-app.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { CreatePayoutAccount } from '../jobs/create-payout-account.job.js';

describe('A payout account', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => house.close());

  it('waits for a gateway that is down', async () => {
    const { vendorId, vendor } = await house.book();
    const open = () => house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`);
    const create = jest.spyOn(house.app.get(PaymentGateway), 'createVendorAccount');
    create
      .mockResolvedValueOnce({ status: 'unavailable', rateLimited: false, retryAfterSeconds: 7 })
      .mockResolvedValueOnce({ status: 'unknown' });
    expect(await open()).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    expect(await open()).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    create.mockResolvedValueOnce({
      status: 'open',
      account: { id: 'acct_1', payoutsEnabled: false, onboardingUrl: 'https://gateway.test/onboard' },
    });
    expect(await open()).toMatchObject({
      status: 201,
      body: { id: 'acct_1', payoutsEnabled: false, onboardingUrl: 'https://gateway.test/onboard' },
    });
  });

  it('is refused for good where the gateway has none; the job that approval starts does not try again', async () => {
    const { vendorId, vendor } = await house.book();
    const failure = { code: 'country_unsupported', message: 'Not in Bolivia.', retryable: false };
    const create = jest.spyOn(house.app.get(PaymentGateway), 'createVendorAccount');
    create.mockResolvedValue({ status: 'refused', failure });
    expect(await house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`)).toMatchObject({
      status: 409,
      body: { type: '/problems/payout-account-refused', reason: 'country_unsupported' },
    });
    const job = house.app.get(CreatePayoutAccount);
    await expect(job.run({ vendorId })).resolves.toBeUndefined();
    create.mockResolvedValue({ status: 'unknown' });
    await expect(job.run({ vendorId })).rejects.toThrow('try again');
    expect((await house.request(vendor, 'GET', `/vendors/${vendorId}`)).body.payoutAccount).toBeNull();
  });

  it('is opened anew at a gateway that has taken the place of another', async () => {
    const { vendorId, vendor } = await house.book();
    await house.dataSource.query(
      `UPDATE vendors SET payout_gateway = 'former', payout_account_id = 'acct_former', payouts_enabled = true WHERE id = $1`,
      [vendorId],
    );
    const { body } = await house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`);
    expect(body).toEqual({ id: expect.stringMatching(/^mock_acct_/), payoutsEnabled: true });
  });

  it('is asked for under one key, until the vendor is another than he was: no gateway takes a key for two', async () => {
    const { vendorId, vendor } = await house.book();
    const open = () => house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`);
    const create = jest.spyOn(house.app.get(PaymentGateway), 'createVendorAccount');
    create.mockResolvedValueOnce({ status: 'unknown' }).mockResolvedValueOnce({ status: 'unknown' });
    await open();
    await open();
    house.clock.advance(1_000);
    await house.request(vendor, 'PATCH', `/vendors/${vendorId}`, { businessName: 'Andes Climbs' });
    expect(await open()).toMatchObject({ status: 201 });
    const [first, repeated, changed] = create.mock.calls.map(([{ idempotencyKey }]) => idempotencyKey);
    expect(repeated).toBe(first);
    expect(changed).not.toBe(first);
    expect(create).toHaveBeenLastCalledWith(expect.objectContaining({ businessName: 'Andes Climbs' }));
  });
});
