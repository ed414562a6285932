import { money, newId, type Money } from '@app/kernel';
import { GatewayCalls, idOf, usd } from '../contract/gateway-calls.contract.js';
import { paymentGatewayContract } from '../payment-gateway.contract.js';
import { startMock, type MockHarness } from './mock-harness.contract.js';

paymentGatewayContract('MockGateway', startMock);

describe('the mock gateway', () => {
  let mock: MockHarness;
  const calls = new GatewayCalls(() => mock);

  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());
  afterEach(() => mock.world.turn({}));

  const insufficient = { status: 'failed', failure: { code: 'balance_insufficient' } };
  const transfer = (accountId: string, amount: Money, group = newId()) =>
    mock.gateway.transfer({
      accountId,
      amount,
      group,
      metadata: { payoutId: newId(), vendorId: newId() },
      idempotencyKey: newId(),
      timeoutMs: 100,
    });

  it('keeps 2.9 % and 30 of a charge, and never more than the charge', async () => {
    expect(await calls.pay('good')).toMatchObject({ status: 'succeeded', fee: usd(320) });
    const small = money(10, 'JPY');
    expect(await calls.pay('good', small)).toMatchObject({ status: 'succeeded', fee: small });
  });

  it.each([
    ['USD', 1500],
    ['JPY', 15],
    ['KWD', 15_000],
  ])('charges fifteen of the currency for a dispute: %s', async (currency, amount) => {
    const id = await calls.paid('disputed', money(10_000, currency));
    const dispute = await mock.gateway.getDispute(await mock.disputeOver(id));
    expect(dispute).toMatchObject({ status: 'open', fee: { amount, currency } });
  });

  it('lets disputes and refunds take the balance below zero, but no transfer', async () => {
    const accountId = await calls.openAccount();
    await calls.pay('good', money(1000, 'EUR'));
    expect(await transfer(accountId, money(942, 'EUR'))).toMatchObject(insufficient);
    expect(await transfer(accountId, money(941, 'EUR'))).toMatchObject({ status: 'paid' });
    await calls.pay('disputed', money(1000, 'EUR'));
    expect(await transfer(accountId, money(1, 'EUR'))).toMatchObject(insufficient);
    const movements = (await calls.pages()).flat().filter(({ net }) => net.currency === 'EUR');
    expect(movements.map(({ net }) => net.amount)).toEqual([941, -941, 941, -2500]);
  });

  it('does not transfer the same money twice, however many ask at the same moment', async () => {
    const accountId = await calls.openAccount();
    await calls.pay('good', money(1000, 'CHF'));
    const asked = [1, 2, 3, 4].map(() => transfer(accountId, money(600, 'CHF')));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.sort()).toEqual(['failed', 'failed', 'failed', 'paid']);
  });

  it('makes charges available for transfers only after a while, when told to', async () => {
    const accountId = await calls.openAccount();
    await mock.world.turn({ fundsDelayMs: 60_000 });
    await calls.pay('good', money(1000, 'SEK'));
    mock.clock.advance(59_999);
    expect(await transfer(accountId, money(900, 'SEK'))).toMatchObject(insufficient);
    mock.clock.advance(1);
    expect(await transfer(accountId, money(900, 'SEK'))).toMatchObject({ status: 'paid' });
  });

  it('refuses refunds and reversals of nothing, or of less', async () => {
    const id = await calls.paid();
    const transfer = await calls.transferred(await calls.openAccount(), 100);
    for (const amount of [0, -100]) {
      expect(await calls.refund(id, amount)).toMatchObject({ status: 'failed' });
      expect(await calls.reverse(transfer, amount)).toMatchObject({ status: 'failed' });
    }
  });

  it('makes one transfer of a group, whatever the key', async () => {
    const accountId = await calls.openAccount();
    const group = newId();
    await calls.transfer(accountId, 100, group);
    await expect(transfer(accountId, usd(100), group)).rejects.toThrow('mock_gateway_transfers_group_key');
  });

  it('throws for what it has never heard of', async () => {
    const { gateway } = mock;
    const reversal = {
      gatewayTransferId: 'mock_tr_none',
      amount: usd(1),
      idempotencyKey: newId(),
      timeoutMs: 100,
    };
    for (const ask of [
      () => gateway.getPaymentStatus('mock_pi_none'),
      () => gateway.getRefund('mock_re_none'),
      () => gateway.getDispute('mock_dp_none'),
      () => gateway.getTransfer('mock_tr_none'),
      () => gateway.getVendorAccount('mock_acct_none'),
      () => gateway.reverseTransfer(reversal),
    ])
      await expect(ask()).rejects.toMatchObject({ name: 'EntityNotFoundError' });
  });

  it('leaves no difference between the mock and its tables', async () => {
    const log = await mock.dataSource.driver.createSchemaBuilder().log();
    expect(log.upQueries.map(({ query }) => query)).toEqual([]);
  });

  describe('a challenge', () => {
    const payer = newId();
    const challenged = async () => {
      const order = calls.order('challenged');
      const metadata = { ...order.metadata, userId: payer };
      return idOf(
        await mock.gateway.processPayment({ ...order, metadata }, () => Promise.resolve('confirm')),
      );
    };

    it('is finished once', async () => {
      const id = await challenged();
      await mock.authenticate(id, payer, 'pass');
      await expect(mock.authenticate(id, payer, 'pass')).rejects.toMatchObject({ code: 'intent-state' });
    });

    it('does not exist for anyone but the payer and admins', async () => {
      const id = await challenged();
      await expect(mock.authenticate(id, newId(), 'pass')).rejects.toMatchObject({ code: 'not-found' });
      for (const absent of ['mock_pi_none', 'mock_pi_\0']) {
        await expect(mock.authenticate(absent, payer, 'pass')).rejects.toMatchObject({ code: 'not-found' });
      }
      await mock.challenges.finish({ id: newId(), role: 'admin' }, id, 'fail');
      expect(await mock.gateway.getPaymentStatus(id)).toMatchObject({ status: 'failed' });
    });
  });
});
