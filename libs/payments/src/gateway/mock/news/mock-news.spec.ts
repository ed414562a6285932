import { Transactor } from '@app/database';
import { GatewayCalls } from '../../contract/gateway-calls.contract.js';
import { startMock, type MockHarness } from '../mock-harness.contract.js';

/** What the mock is about to send; that it arrives is in mock-world.spec.ts. */
describe('the news of the mock', () => {
  let mock: MockHarness;
  const calls = new GatewayCalls(() => mock);

  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const types = async () => (await mock.waiting()).map(({ type }) => type);

  it('tell of what happens to payments', async () => {
    await calls.pay('good');
    await calls.pay('declined');
    await calls.pay('limited');
    await calls.cancel(await calls.paid('challenged'));
    const order = calls.order('challenged');
    const id = await mock.gateway.processPayment(order, () => Promise.resolve('confirm'));
    const { gatewayPaymentId } = id as { gatewayPaymentId: string };
    await mock.authenticate(gatewayPaymentId, order.metadata.userId, 'pass');

    expect(await types()).toEqual([
      'payment.succeeded',
      'payment.failed',
      'payment.requires_action',
      'payment.canceled',
      'payment.requires_action',
      'payment.succeeded',
    ]);
    expect((await mock.waiting()).at(-1)).toEqual({
      type: 'payment.succeeded',
      data: { gatewayPaymentId },
      inSeconds: 0,
    });
  });

  it('tell of refunds, disputes, accounts and transfers', async () => {
    await calls.refund(await calls.paid('refundFails'), 100);
    await calls.refund(await calls.paid('refundFailsLater'), 100);
    await calls.refund(await calls.paid('refundPends'), 100);
    await mock.timePasses();
    await mock.closeDispute((await calls.disputed()).gatewayDisputeId, 'lost');
    await calls.paid();
    await calls.reverse(await calls.transferred(await calls.openAccount(), 100), 100);

    expect((await types()).filter((type) => type !== 'payment.succeeded')).toEqual([
      'refund.failed',
      'refund.created',
      'refund.created',
      'refund.failed',
      'refund.updated',
      'dispute.created',
      'dispute.closed',
      'account.updated',
      'transfer.created',
      'transfer.reversed',
    ]);
    const dataOf = async (wanted: string) => (await mock.waiting()).find(({ type }) => type === wanted)?.data;
    expect(await dataOf('refund.created')).toEqual({
      gatewayRefundId: expect.stringMatching(/^mock_re_/),
      gatewayPaymentId: expect.stringMatching(/^mock_pi_/),
    });
    expect(await dataOf('dispute.created')).toEqual({ gatewayDisputeId: expect.stringMatching(/^mock_dp_/) });
    expect(await dataOf('account.updated')).toEqual({ accountId: expect.stringMatching(/^mock_acct_/) });
    expect(await dataOf('transfer.created')).toEqual({
      gatewayTransferId: expect.stringMatching(/^mock_tr_/),
    });
  });

  it('say nothing of what did not happen: a call that comes again, or one that is refused', async () => {
    const order = calls.order('good');
    for (const _ of [1, 2]) await mock.gateway.processPayment(order, () => Promise.resolve('confirm'));
    const id = await calls.paid();
    await calls.refund(id, 10_001);
    await calls.cancel(id);
    expect(await types()).toEqual(['payment.succeeded', 'payment.succeeded']);
  });

  it('are not sent when what they tell of is rolled back', async () => {
    const rolledBack = new Transactor(mock.dataSource).run(async (tx) => {
      await mock.news.tell('account.updated', { accountId: 'mock_acct_1' }, tx);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await types()).toEqual([]);
  });

  it('come 20 s late after a time-out', async () => {
    await mock.gateway.processPayment({ ...calls.order('timesOut'), timeoutMs: 1 }, () =>
      Promise.resolve('confirm'),
    );
    expect(await mock.waiting()).toMatchObject([{ type: 'payment.succeeded', inSeconds: 20 }]);
  });

  it('come twice, late or not at all, as the knobs have it', async () => {
    await mock.world.turn({ duplicate: true, delayMs: 60_000 });
    await calls.pay('good');
    const [one, other, ...rest] = await mock.waiting();
    expect([one, rest]).toMatchObject([{ type: 'payment.succeeded', inSeconds: 60 }, []]);
    expect(other).toEqual(one);

    await mock.world.turn({ drop: true });
    await calls.pay('good');
    expect(await types()).toHaveLength(2);

    await mock.world.turn({});
    await calls.pay('good');
    expect(await mock.waiting()).toHaveLength(3);
  });

  it('overtake each other, when told to', async () => {
    await mock.world.turn({ reorder: true });
    for (let turn = 0; turn < 20; turn += 1) await calls.pay('declined');
    const waits = (await mock.waiting()).map(({ inSeconds }) => inSeconds);
    expect(waits).not.toEqual(waits.toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(3);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
  });

  it('are told to nobody by a process that was muted', async () => {
    mock.news.mute();
    await calls.pay('good');
    expect(await types()).toEqual([]);
  });
});

describe('the signature of the mock', () => {
  let mock: MockHarness;

  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  const body = '{"id":"mock_evt_1","type":"moon.risen","created":1,"data":{}}';
  const parse = (signature: string | string[]) =>
    mock.gateway.parseWebhook({ body: Buffer.from(body), headers: { 'mock-signature': signature } });
  const bad = `v1=${'0'.repeat(64)}`;

  it('may be one of several, while a secret is being replaced', () => {
    const [time, good] = mock.signature.sign(body).split(',');
    expect(parse(`${time},${bad},${good}`)).toEqual({ id: 'mock_evt_1', type: 'moon.risen' });
    expect(parse(`${time}, ${good}, ${bad}`)).toEqual({ id: 'mock_evt_1', type: 'moon.risen' });
    expect(() => parse(`${time},${bad},${bad}`)).toThrow('the signature is not of this body');
  });

  it('says what is wrong with it, and never what it should be', () => {
    const [, good = ''] = mock.signature.sign(body).split(',');
    expect(() => parse([])).toThrow('the header mock-signature is missing');
    expect(() => parse(good)).toThrow('must read t=<unix seconds>,v1=<signature>');
    expect(() => parse(mock.signature.sign(body, new Date(0)))).toThrow('signed more than 300 s from now');
    expect(() => parse(`t=1,${good}`)).toThrow(/^(?!.*[0-9a-f]{64})/);
  });

  it('does not come from the future either', () => {
    const soon = new Date(mock.clock.now().getTime() + 301_000);
    expect(() => parse(mock.signature.sign(body, soon))).toThrow('signed more than 300 s from now');
  });
});
