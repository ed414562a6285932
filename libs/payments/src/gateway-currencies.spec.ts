import { SettlementCurrencies } from '@app/trips';
import { PaymentsApp } from '../../../test/support/payments-app.js';
import { PaymentGateway } from './gateway/payment-gateway.js';

const draft = {
  title: 'Salar de Uyuni',
  description: 'Salt as far as the eye can see.',
  location: 'Uyuni',
  country: 'BO',
  timeZone: 'America/La_Paz',
  durationMinutes: 480,
  currency: 'BOB',
  cancellationPolicy: 'flexible',
  bookingCutoffMinutes: 60,
  units: [{ type: 'adult', price: { amount: 15_000, currency: 'BOB' } }],
};

describe('what the gateway settles in', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => house.close());

  const settlesIn = (...currencies: string[]) =>
    jest
      .spyOn(house.app.get(PaymentGateway), 'capabilities')
      .mockReturnValue({ currencies: new Set(currencies) });

  it('is what trips may be priced in', async () => {
    const currencies = house.app.get(SettlementCurrencies);
    expect([currencies.has('USD'), currencies.has('XTS')]).toEqual([true, false]);

    const { vendor } = await house.book();
    const post = () => house.request(vendor, 'POST', '/trips', draft);
    expect((await post()).status).toBe(201);
    settlesIn('USD', 'EUR');
    expect(await post()).toMatchObject({ status: 422, body: { errors: [{ field: 'currency' }] } });
  });

  it('is what bookings can be paid in: one of a trip priced under another gateway is not begun', async () => {
    const booking = await house.book({ currency: 'MGA' });
    const asked = jest.spyOn(house.app.get(PaymentGateway), 'processPayment');
    settlesIn('USD', 'EUR');
    expect(await house.pay(booking)).toMatchObject({
      status: 409,
      body: { type: '/problems/currency-not-settled', currency: 'MGA' },
    });
    expect(asked).not.toHaveBeenCalled();
    jest.restoreAllMocks();
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { attempt: 1 } });
  });
});
