import { money } from '@app/kernel';
import { CALL, GatewayCalls, usd } from '../contract/gateway-calls.contract.js';
import { startStripe, type StripeHarness } from './stripe-harness.contract.js';

describe('a dispute at Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);
  const read = (id: string) => calls.gateway.getDispute(id, CALL);

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it('may ask at first, and withdraw when it becomes serious', async () => {
    const { disputes } = stripe.fake;
    const gatewayPaymentId = await calls.paid();
    const { id } = disputes.open(gatewayPaymentId, { inquiry: true, reason: 'product_not_received' });
    const asked = {
      status: 'inquiry',
      gatewayDisputeId: id,
      gatewayPaymentId,
      reason: 'product_not_received',
      amount: usd(10_000),
      fee: usd(0),
      feeReturned: usd(0),
    };
    expect(await read(id)).toEqual(asked);
    disputes.escalate(id);
    const open = { ...asked, status: 'open', fee: usd(1500) };
    expect(await read(id)).toEqual(open);
    disputes.close(id, 'won', { returnsFee: true });
    expect(await read(id)).toEqual({ ...open, status: 'won', feeReturned: usd(1500) });
  });

  it('that only asked is closed without money', async () => {
    const { id } = stripe.fake.disputes.open(await calls.paid(), { inquiry: true });
    stripe.fake.disputes.close(id, 'warning_closed');
    expect(await read(id)).toMatchObject({ status: 'closed', fee: usd(0) });
  });

  it.each([
    ['warning_under_review', 'inquiry', 'inquiry', 'inquiry'],
    ['needs_response', 'inquiry', 'open', 'open'],
    ['under_review', 'inquiry', 'open', 'open'],
    ['appeal_under_review', 'inquiry', 'open', 'open'],
    ['lost', 'inquiry', 'lost', 'lost'],
    ['won', 'closed', 'open', 'won'],
    ['prevented', 'closed', 'closed', 'closed'],
  ])(
    'that is %s goes by its money: %s while it is here, %s while it is out, %s once it is back',
    async (status, ...expected) => {
      const { id } = stripe.fake.disputes.open(await calls.paid());
      stripe.fake.disputes.close(id, 'won');
      const there = stripe.fake.disputes.get(id);
      const movements = there['balance_transactions'] as object[];
      there['status'] = status;
      for (const [count, ours] of expected.entries()) {
        there['balance_transactions'] = movements.slice(0, count);
        expect(await read(id)).toMatchObject({ status: ours });
      }
    },
  );

  it('says what it took and gave back where the balance is kept in another currency', async () => {
    const { balance } = stripe.fake.world;
    balance.conversions.set('eur', { currency: 'usd', rate: 1.1 });
    const { id } = stripe.fake.disputes.open(await calls.paid('good', money(10_000, 'EUR')), {
      amount: 1000,
    });
    const open = { amount: money(1000, 'EUR'), settled: usd(1100), fee: usd(1650), feeReturned: usd(0) };
    expect(await read(id)).toMatchObject({ status: 'open', ...open });
    balance.conversions.set('eur', { currency: 'usd', rate: 1.2 });
    stripe.fake.disputes.close(id, 'won');
    expect(await read(id)).toMatchObject({ status: 'won', ...open, returned: usd(1200) });
  });
});
