import { money } from '@app/kernel';
import { GatewayCalls, usd } from '../contract/gateway-calls.contract.js';
import { NOW, startStripe, type StripeHarness } from './stripe-harness.contract.js';

describe('the balance at Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);
  const idsIn = async (from: number, to: number) => {
    const window = { from: new Date(NOW + from), to: new Date(NOW + to) };
    return (await calls.pages(window)).flat().map(({ id }) => id);
  };

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it('names what moved it, the newest first', async () => {
    const payment = await calls.paid();
    const refund = await calls.refunded(payment, 1000);
    stripe.fake.refunds.fail(refund);
    const transfer = await calls.transferred(await calls.openAccount(), 2000);
    await calls.reverse(transfer, 500);
    const dispute = stripe.fake.disputes.open(payment);
    stripe.fake.disputes.close(dispute.id, 'won', { returnsFee: true });
    stripe.fake.topUp(700, 'usd');
    const movements = (await calls.pages()).flat();
    expect(movements.map(({ type, gatewayId, net }) => [type, gatewayId, net])).toEqual([
      ['other', movements[0]?.id, usd(700)],
      ['dispute_reversal', dispute.id, usd(11_500)],
      ['dispute', dispute.id, usd(-11_500)],
      ['transfer_reversal', transfer, usd(500)],
      ['transfer', transfer, usd(-2000)],
      ['refund_failure', refund, usd(1000)],
      ['refund', refund, usd(-1000)],
      ['payment', payment, usd(9680)],
    ]);
    for (const { createdAt } of movements) expect(createdAt).toEqual(new Date(NOW));
  });

  it('is told in our units', async () => {
    const payment = await calls.paid('good', money(5000, 'ISK'));
    const net = money(4825, 'ISK');
    expect((await calls.pages()).flat()).toMatchObject([{ type: 'payment', gatewayId: payment, net }]);
  });

  it('is told of a time to the second, its end not included', async () => {
    stripe.fake.topUp(1, 'usd');
    expect(await idsIn(0, 1)).toHaveLength(1);
    expect(await idsIn(-1, 1)).toHaveLength(1);
    expect(await idsIn(1, 1000)).toEqual([]);
    expect(await idsIn(-1000, 0)).toEqual([]);
  });
});
