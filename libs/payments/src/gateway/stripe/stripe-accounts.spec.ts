import { CALL, GatewayCalls } from '../contract/gateway-calls.contract.js';
import { startStripe, type StripeHarness } from './stripe-harness.contract.js';

describe('a vendor’s account at Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);
  const read = (id: string) => calls.gateway.getVendorAccount(id, CALL);
  const open = async (vendor = calls.vendor()) => {
    const outcome = await calls.gateway.createVendorAccount(vendor);
    if (outcome.status !== 'open') throw new Error(outcome.status);
    return outcome.account;
  };

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it('can be traced back from there, and is for receiving only', async () => {
    const vendor = calls.vendor();
    const { id } = await open(vendor);
    expect(stripe.fake.accounts.get(id)).toMatchObject({
      country: 'US',
      business_profile: { name: 'Andes Walks' },
      metadata: { vendorId: vendor.vendorId },
      capabilities: { transfers: 'inactive' },
      controller: { stripe_dashboard: { type: 'express' } },
    });
  });

  it('is refused where Stripe has none', async () => {
    const error = {
      type: 'invalid_request_error',
      code: 'country_unsupported',
      message: 'BO is not currently supported by Stripe.',
    } as const;
    stripe.fake.faults.fail('POST', /accounts$/, 400, { error });
    expect(await calls.gateway.createVendorAccount(calls.vendor())).toEqual({
      status: 'refused',
      failure: {
        code: 'country_unsupported',
        message: error.message,
        retryable: false,
        requestId: expect.stringMatching(/^req_/),
      },
    });
  });

  it('asks for the details of its vendor until he has given them, with a page of its own each time', async () => {
    const { id, ...account } = await open();
    const onboardingUrl = expect.stringMatching(/^https:/);
    expect(account).toEqual({ payoutsEnabled: false, onboardingUrl });
    expect(await read(id)).toMatchObject({ account: { payoutsEnabled: false, onboardingUrl } });
    const links = stripe.fake.requests.filter(({ path }) => path === '/v1/account_links');
    expect(new Set(links.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    stripe.fake.accounts.enable(id);
    expect(await read(id)).toEqual({ status: 'open', account: { id, payoutsEnabled: true } });
  });

  it('asks again when something more is due', async () => {
    const { id } = await open();
    stripe.fake.accounts.enable(id);
    stripe.fake.accounts.get(id)['requirements'] = { currently_due: ['individual.verification.document'] };
    const onboardingUrl = expect.stringMatching(/^https:/);
    expect(await read(id)).toMatchObject({ account: { payoutsEnabled: true, onboardingUrl } });
  });

  it.each([
    ['payouts are stopped', { payouts_enabled: false }],
    ['transfers are not active', { capabilities: { transfers: 'pending' } }],
  ])('is not paid while %s', async (_, state) => {
    const { id } = await open();
    stripe.fake.accounts.enable(id);
    Object.assign(stripe.fake.accounts.get(id), state);
    expect(await read(id)).toEqual({ status: 'open', account: { id, payoutsEnabled: false } });
  });

  it('that may not receive fails the transfer to it', async () => {
    const { id } = await open();
    await calls.paid('good');
    const failure = { code: 'insufficient_capabilities_for_transfer', retryable: false };
    expect(await calls.transfer(id, 100)).toMatchObject({ status: 'failed', failure });
    expect(await calls.transfer('acct_gone', 100)).toMatchObject({
      status: 'failed',
      failure: { code: 'resource_missing', retryable: false },
    });
  });
});
