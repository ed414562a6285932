import { PaymentsApp } from '../../../../test/support/payments-app.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';

describe('A payout account', () => {
  it('waits for a gateway that is down', async () => {
    const house = await PaymentsApp.start();
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
    await house.close();
  });
});
