import { eventTypes } from '@app/events';
import { TestApp } from '../../../../test/support/app.js';
import type { Answer, ApiClient } from '../../../../test/support/client.js';
import { expectOk, Shop } from '../../../../test/support/shop.js';
import { WebhookReceiver } from '../../../../test/support/webhook-receiver.js';
import { PUBLIC_EVENT_NAMES } from '../public-events.js';

const PATH = '/webhook-endpoints';
const WISH = {
  url: 'https://hooks.example.com/travellr?tenant=1',
  events: ['booking.created', 'vendor.payout'],
};
/** Told to nobody outside: e-mail carries them. */
const PRIVATE = ['user.', 'webhook_endpoint.'];

const fields = ({ status, body }: Answer) => [
  status,
  body.errors?.map(({ field }: { field: string }) => field),
];

/** Over HTTP, with targets on this machine refused, as in production. */
describe('Webhook endpoints', () => {
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let vendor: ApiClient & { vendorId: string };
  let neighbour: ApiClient & { vendorId: string };
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    app = await TestApp.start({ env: { WEBHOOKS_REFUSE: '8.8.8.0/24,2620:fe::/48' } });
    shop = new Shop(app);
    admin = await shop.adminClient();
    vendor = await shop.vendor();
    neighbour = await shop.vendor();
    receiver = await WebhookReceiver.open();
  });
  afterEach(() => app.query('DELETE FROM webhook_endpoints'));
  afterAll(() => Promise.all([app.stop(), receiver.close()]));

  const register = async (client: ApiClient, wish: object = {}) =>
    expectOk(await client.post(PATH, { ...WISH, ...wish }));

  it('are offered every event there is, but those about users and about themselves', () => {
    const told = [...eventTypes.keys()].filter((name) => !PRIVATE.some((prefix) => name.startsWith(prefix)));
    expect(PUBLIC_EVENT_NAMES.toSorted()).toEqual(told.toSorted());
  });

  it('show their secret when it is made, and never again', async () => {
    const { status, body } = await vendor.post(PATH, { ...WISH, description: 'Our calendar' });
    const { secret, ...rest } = body;
    expect(status).toBe(201);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rest).toEqual({
      id: expect.any(String),
      vendorId: vendor.vendorId,
      ...WISH,
      description: 'Our calendar',
      enabled: true,
      disabledReason: null,
      failingSince: null,
      pausedUntil: null,
      previousSecretExpiresAt: null,
      createdAt: app.clock.now().toISOString(),
      updatedAt: app.clock.now().toISOString(),
    });

    const rotated = await vendor.post(`${PATH}/${body.id}/rotate-secret`);
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(secret);
    expect(rotated.body.previousSecretExpiresAt).toBe('2027-01-02T00:00:00.000Z');
    const seen = [await vendor.get(PATH), await vendor.get(`${PATH}/${body.id}`), await admin.get(PATH)];
    seen.push(await vendor.patch(`${PATH}/${body.id}`, { enabled: false }));
    expect(JSON.stringify(seen.map((answer) => answer.body))).not.toContain('whsec_');
    expect(JSON.stringify(await app.query('SELECT payload FROM outbox'))).not.toContain('whsec_');
  });

  it.each([
    'hooks.example.com',
    'ftp://hooks.example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://',
    'https://user@hooks.example.com/',
    'https://user:secret@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://hooks.example.com:0/',
    'https://hooks.example.com:70000/',
    'https://hooks.example.com/a b',
    ' https://hooks.example.com/',
    'https://hooks.example.com/\n',
    'http://localhost/',
    'http://LOCALHOST:5432/',
    'http://localhost./',
    'http://db.localhost/',
    'http://127.0.0.1/',
    'http://127.1:8080/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://①②⑦.0.0.1/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://8.8.8.8/',
    'http://[::ffff:8.8.8.8]/',
    'http://[2620:fe::9]/',
    `https://hooks.example.com/${'x'.repeat(2_000)}`,
    '',
    42,
    null,
  ])('refuse the target %p', async (url) => {
    expect(fields(await vendor.post(PATH, { ...WISH, url }))).toEqual([422, ['url']]);
  });

  it('refuse it also when they are changed', async () => {
    const { id } = await register(vendor);
    for (const url of ['http://127.0.0.1/', 'https://user@hooks.example.com/', null])
      expect(fields(await vendor.patch(`${PATH}/${id}`, { url }))).toEqual([422, ['url']]);
  });

  it.each([
    ['events', []],
    ['events', ['booking.imagined']],
    ['events', ['user.registered']],
    ['events', ['booking.created', 'booking.created']],
    ['events', 'booking.created'],
    ['events', null],
    ['description', ''],
    ['description', 'x'.repeat(201)],
    ['vendorId', 'mine'],
    ['secret', 'whsec_bXkgb3duIHNlY3JldA=='],
  ])('refuse %s %j', async (field, value) => {
    expect(fields(await vendor.post(PATH, { ...WISH, [field]: value }))).toEqual([422, [field]]);
  });

  it('belong to the vendor whose member asks, or to the platform when an admin does', async () => {
    const traveller = await shop.traveller();
    expect((await register(vendor)).vendorId).toBe(vendor.vendorId);
    expect((await register(vendor, { vendorId: vendor.vendorId })).vendorId).toBe(vendor.vendorId);
    expect((await register(admin)).vendorId).toBeNull();
    expect((await register(admin, { vendorId: vendor.vendorId })).vendorId).toBe(vendor.vendorId);
    expect((await vendor.post(PATH, { ...WISH, vendorId: neighbour.vendorId })).status).toBe(404);
    expect((await traveller.post(PATH, WISH)).status).toBe(403);

    const owner = await shop.vendor();
    await app.query(
      `INSERT INTO vendor_members (vendor_id, user_id, role, created_at) SELECT $1, user_id, 'manager', now() FROM vendor_members WHERE vendor_id = $2`,
      [vendor.vendorId, owner.vendorId],
    );
    expect(fields(await owner.post(PATH, WISH))).toEqual([422, ['vendorId']]);
    expect((await register(owner, { vendorId: vendor.vendorId })).vendorId).toBe(vendor.vendorId);
  });

  it('are there for those who look after them alone', async () => {
    const { id } = await register(vendor);
    const platforms = await register(admin);
    const delivery = expectOk(await vendor.post(`${PATH}/${id}/test`)).id;
    const calls = (client: ApiClient, endpointId: string) => [
      client.get(`${PATH}/${endpointId}`),
      client.patch(`${PATH}/${endpointId}`, { enabled: true }),
      client.get(`${PATH}/${endpointId}/deliveries`),
      client.post(`${PATH}/${endpointId}/rotate-secret`),
      client.post(`${PATH}/${endpointId}/test`),
      client.post(`${PATH}/${endpointId}/replay`, { since: app.clock.now().toISOString() }),
      client.post(`${PATH}/${endpointId}/deliveries/${delivery}/retry`),
      client.delete(`${PATH}/${endpointId}`),
    ];
    const answers = [
      ...calls(neighbour, id),
      ...calls(vendor, platforms.id),
      ...calls(await shop.traveller(), id),
    ];
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 404));

    const other = await register(vendor);
    expect((await vendor.post(`${PATH}/${other.id}/deliveries/${delivery}/retry`)).status).toBe(404);
    expect((await admin.get(`${PATH}/${id}`)).status).toBe(200);
  });

  it('are listed by vendor, newest first, page by page', async () => {
    const ids = [];
    for (let number = 0; number < 3; number += 1) ids.unshift((await register(vendor)).id);
    const [theirs, platforms] = [await register(neighbour), await register(admin)];
    const idsOf = ({ body }: Answer) => body.data.map(({ id }: { id: string }) => id);

    expect(idsOf(await vendor.get(PATH))).toEqual(ids);
    expect(idsOf(await neighbour.get(PATH))).toEqual([theirs.id]);
    expect(idsOf(await admin.get(PATH))).toEqual([platforms.id, theirs.id, ...ids]);
    expect(idsOf(await admin.get(`${PATH}?vendorId=${vendor.vendorId}`))).toEqual(ids);
    expect((await vendor.get(`${PATH}?vendorId=${neighbour.vendorId}`)).status).toBe(404);
    expect(idsOf(await (await shop.traveller()).get(PATH))).toEqual([]);
    const first = await vendor.get(`${PATH}?limit=2`);
    const second = await vendor.get(`${PATH}?limit=2&cursor=${first.body.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second), second.body.nextCursor]).toEqual([...ids, null]);
  });

  it('change what is named and nothing else', async () => {
    const { secret, ...before } = await register(vendor, { description: 'Our calendar' });
    const change = async (changes: object) => expectOk(await vendor.patch(`${PATH}/${before.id}`, changes));
    app.clock.advance(1_000);
    const updatedAt = app.clock.now().toISOString();
    const url = 'https://other.example.com/';

    expect(await change({ url })).toEqual({ ...before, url, updatedAt });
    expect(await change({ events: ['booking.cancelled'], description: null })).toMatchObject({
      url,
      events: ['booking.cancelled'],
      description: null,
    });
    expect(await change({ enabled: false })).toMatchObject({ enabled: false, disabledReason: 'owner' });
    expect((await vendor.post(`${PATH}/${before.id}/test`)).status).toBe(409);
    expect(await change({ enabled: true })).toMatchObject({ enabled: true, disabledReason: null });
    const [row] = await app.query<{ secret: string }>('SELECT secret FROM webhook_endpoints');
    expect(row?.secret).toBe(secret);
    expect((await vendor.delete(`${PATH}/${before.id}`)).status).toBe(204);
    expect((await vendor.get(`${PATH}/${before.id}`)).status).toBe(404);
  });

  it('are twenty of each vendor at most, also when asked for at the same time', async () => {
    for (let number = 0; number < 17; number += 1) await register(vendor);
    const answers = await Promise.all(Array.from({ length: 6 }, () => vendor.post(PATH, WISH)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      type: '/problems/too-many-webhook-endpoints',
      limit: 20,
    });
    expect((await register(neighbour)).vendorId).toBe(neighbour.vendorId);
  });

  it('are sent nothing where they lead into this machine after all', async () => {
    const { id } = await register(vendor);
    await app.query('UPDATE webhook_endpoints SET url = $1', [receiver.url]);
    await vendor.post(`${PATH}/${id}/test`);
    await app.drain();

    const { data } = expectOk(await vendor.get(`${PATH}/${id}/deliveries`));
    expect(data[0].attempts).toMatchObject([
      { statusCode: null, answer: null, error: 'the host has an address that is not of the public internet' },
    ]);
    expect(receiver.received).toEqual([]);
  });
});
