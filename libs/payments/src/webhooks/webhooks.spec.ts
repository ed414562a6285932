import { newId } from '@app/kernel';
import { TestApp } from '../../../../test/support/app.js';
import { MockSignature } from '../gateway/mock/news/mock-signature.js';

const MINUTE_MS = 60_000;
const JSON_TYPE = 'application/json; charset=utf-8';
const UNVERIFIED = { status: 400, type: '/problems/webhook-unverified' };
const MALFORMED = { status: 400, type: '/problems/malformed-request' };

/** Two processes of the whole product on one database, over real HTTP; the worker is off, so that the jobs can be counted. */
describe('A webhook of the gateway', () => {
  let app: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    other = await TestApp.start({ database: app.database, clock: app.clock });
  });
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  const event = (type = 'payment.succeeded', data: object = { gatewayPaymentId: 'mock_pi_nobodys' }) => ({
    id: `mock_evt_${newId()}`,
    type,
    created: 0,
    data,
  });
  const sign = (body: string) => app.nest.get(MockSignature, { strict: false }).sign(body);
  const post = async (
    body: string | undefined,
    headers: Record<string, string> = {},
    { to = app, route = 'mock' } = {},
  ) => {
    const answer = await fetch(`${to.url}/api/v1/webhooks/${route}`, {
      method: 'POST',
      ...(body !== undefined && { body }),
      headers: { 'content-type': JSON_TYPE, 'mock-signature': sign(body ?? ''), ...headers },
    });
    const { type, received } = (await answer.json()) as { type?: string; received?: boolean };
    return { status: answer.status, ...(type && { type }), ...(received && { received }) };
  };
  const jobs = () =>
    app.query<{ name: string; payload: object }>(
      `SELECT task.identifier AS name, job.payload FROM graphile_worker._private_jobs job
       JOIN graphile_worker._private_tasks task ON task.id = job.task_id
       WHERE task.identifier LIKE '%-news' ORDER BY job.id`,
    );
  const events = async () => (await app.query('SELECT event_id FROM gateway_events')).length;
  /** What a call leaves behind. */
  const traces = async () => [await events(), (await jobs()).length];

  it.each([
    ['payment', 'gateway-news', 'payment.failed', { gatewayPaymentId: 'pi' }],
    ['refund', 'refund-news', 'refund.updated', { gatewayRefundId: 're', gatewayPaymentId: 'pi' }],
    ['dispute', 'dispute-news', 'dispute.created', { gatewayDisputeId: 'dp' }],
    ['account', 'account-news', 'account.updated', { accountId: 'acct' }],
    ['transfer', 'transfer-news', 'transfer.reversed', { gatewayTransferId: 'tr' }],
  ])('about a %s becomes a job, whatever white space its body has', async (kind, name, type, ids) => {
    expect(await post(JSON.stringify(event(type, ids), null, 3))).toEqual({ status: 200, received: true });
    expect((await jobs()).at(-1)).toEqual({ name, payload: { kind, ...ids } });
  });

  it('that comes many times at once, to many processes, is taken in once', async () => {
    const [before = 0, jobsBefore = 0] = await traces();
    const body = JSON.stringify(event());
    const copies = Array.from({ length: 12 }, (_, copy) => post(body, {}, { to: copy % 2 ? app : other }));
    expect(new Set((await Promise.all(copies)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await post(body)).toEqual({ status: 200, received: true });
    expect(await traces()).toEqual([before + 1, jobsBefore + 1]);
  });

  it('about what nobody here knows is taken in, and nothing follows', async () => {
    const [before = 0, jobsBefore = 0] = await traces();
    expect(await post(JSON.stringify(event('customer.created')))).toEqual({ status: 200, received: true });
    expect(await traces()).toEqual([before + 1, jobsBefore]);
  });

  it('that cannot be believed is 400 and leaves no trace', async () => {
    const before = await traces();
    const body = JSON.stringify(event());
    const signature = sign(body);
    const forged = signature.replace(/v1=../, 'v1=00');
    for (const [sent, headers] of [
      [body, { 'mock-signature': 'v1=00' }],
      [body, { 'mock-signature': '' }],
      [body, { 'mock-signature': forged === signature ? signature.replace(/v1=../, 'v1=11') : forged }],
      [`${body} `, { 'mock-signature': signature }],
      ['{"id":1}', {}],
      ['[]', {}],
      ['null', {}],
      ['', {}],
      [undefined, {}],
    ] as [string | undefined, Record<string, string>][])
      expect([sent, await post(sent, headers)]).toEqual([sent, UNVERIFIED]);
    for (const sent of ['{', '\0', `${body},`]) expect([sent, await post(sent)]).toEqual([sent, MALFORMED]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect([type, await post(body, { 'content-type': type })]).toEqual([type, MALFORMED]);
    expect(await traces()).toEqual(before);
  });

  it.each([
    ['an id without a character', { id: '' }],
    ['an id with NUL', { id: 'evt_\0' }],
    ['an id with half of a surrogate pair', { id: 'evt_\ud800' }],
    ['an id longer than any', { id: 'e'.repeat(256) }],
    ['a type with NUL', { type: 'payment.\0' }],
    ['a payment with NUL', { data: { gatewayPaymentId: 'pi_\0' } }],
    ['a payment with half of a surrogate pair', { data: { gatewayPaymentId: 'pi_\udfff' } }],
  ])('with %s is 400 and leaves no trace, be it signed', async (_, changes) => {
    const before = await traces();
    expect(await post(JSON.stringify({ ...event(), ...changes }))).toEqual(UNVERIFIED);
    expect(await traces()).toEqual(before);
  });

  it('that is old is 400, be its signature good; a moment later or earlier it is believed', async () => {
    const before = await traces();
    const body = JSON.stringify(event());
    const headers = { 'mock-signature': sign(body) };
    app.clock.advance(6 * MINUTE_MS);
    expect(await post(body, headers)).toEqual(UNVERIFIED);
    expect(await traces()).toEqual(before);
    app.clock.advance(-2 * MINUTE_MS);
    expect(await post(body, headers)).toMatchObject({ status: 200 });
    app.clock.advance(-5 * MINUTE_MS);
    expect(await post(body, headers)).toMatchObject({ status: 200 });
    app.clock.advance(MINUTE_MS);
  });

  it('over 1 MiB is 413', async () => {
    expect(await post(JSON.stringify({ ...event(), more: 'x'.repeat(1024 * 1024) }))).toEqual({
      status: 413,
      type: '/problems/body-too-large',
    });
  });

  it('of a gateway that is not in use has no route', async () => {
    const body = JSON.stringify(event());
    expect(await post(body, {}, { route: 'stripe' })).toEqual({ status: 404, type: '/problems/not-found' });
  });
});
