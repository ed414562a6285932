import { TestApp } from './support/app.js';
import type { Answer } from './support/client.js';

const REQUESTS = 5;
const LOGIN = 2;
const REGISTER = 4;
const LIMITED = {
  RATE_LIMIT: 'on',
  RATE_LIMIT_REQUESTS: String(REQUESTS),
  RATE_LIMIT_LOGIN: String(LOGIN),
  RATE_LIMIT_REGISTER: String(REGISTER),
};

interface Sent {
  readonly body?: object;
  readonly token?: string;
  readonly address?: string;
}

describe('rate limits', () => {
  /** Behind one proxy, which says whom it speaks for. */
  let app: TestApp;
  let unused = 0;

  beforeAll(async () => {
    app = await TestApp.start({ env: { ...LIMITED, TRUST_PROXY: '1' } });
  });
  afterAll(() => app.stop());

  const somewhere = () => `198.51.100.${++unused}`;
  const someone = () => `someone-${++unused}@example.com`;

  async function send(path: string, { body, token, address = somewhere() }: Sent = {}): Promise<Answer> {
    const client = token === undefined ? app.client() : app.client().as(token);
    return client.send(body ? 'POST' : 'GET', path, body, { 'x-forwarded-for': address });
  }

  async function register(): Promise<{ token: string; email: string }> {
    const email = someone();
    const { body } = await send('/auth/register', {
      body: { email, password: 'a good password', name: 'Ada' },
    });
    return { token: body.accessToken as string, email };
  }

  async function statuses(times: number, ask: (n: number) => Promise<Answer>): Promise<number[]> {
    const seen = [];
    for (let n = 0; n < times; n++) seen.push((await ask(n)).status);
    return seen;
  }

  const shown = ({ headers }: Answer) => ({
    limit: Number(headers.get('ratelimit-limit')),
    remaining: Number(headers.get('ratelimit-remaining')),
    reset: Number(headers.get('ratelimit-reset')),
  });

  it('let an address ask so often in a minute, and tell it how often still', async () => {
    const address = somewhere();
    for (let remaining = REQUESTS - 1; remaining >= 0; remaining--) {
      const answer = await send('/trips', { address });
      expect(answer.status).toBe(200);
      expect(shown(answer)).toMatchObject({ limit: REQUESTS, remaining });
    }

    const refused = await send('/trips', { address });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(refused).toMatchObject({ status: 429, body: { type: '/problems/rate-limited', status: 429 } });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(shown(refused)).toEqual({ limit: REQUESTS, remaining: 0, reset: retryAfter });
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect((await send('/trips')).status).toBe(200);

    app.clock.advance(retryAfter * 1000);
    expect((await send('/trips', { address })).status).toBe(200);
  });

  it('follow a user from address to address, and not those beside him', async () => {
    const [ada, bob] = [await register(), await register()];
    await statuses(REQUESTS, () => send('/bookings', { token: ada.token }));

    const address = somewhere();
    expect((await send('/bookings', { token: ada.token, address })).status).toBe(429);
    expect((await send('/bookings', { token: bob.token, address })).status).toBe(200);
  });

  it('count a token that is not good for its address', async () => {
    const address = somewhere();
    const wrong = (n: number) => send('/bookings', { token: `wrong-${n}`, address });

    expect(await statuses(REQUESTS + 1, wrong)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(shown(await wrong(9)).limit).toBe(REQUESTS);
  });

  it('count the addresses of one IPv6 network together', async () => {
    const asked = await statuses(REQUESTS + 1, (n) => send('/trips', { address: `2001:db8::${n + 1}` }));

    expect(asked.at(-1)).toBe(429);
    expect((await send('/trips', { address: '2001:db8:0:1::1' })).status).toBe(200);
  });

  describe('of signing in', () => {
    // Counted before it is looked at: without a password it costs no hash.
    const login = (email: string, address: string) => send('/auth/login', { body: { email }, address });

    it('hold for an address and an e-mail address together, in any letter case', async () => {
      const [{ email }, address] = [await register(), somewhere()];
      await statuses(LOGIN, () => login(email, address));

      expect((await login(email.toUpperCase(), address)).status).toBe(429);
      expect((await login(someone(), address)).status).toBe(422);
      const credentials = { email, password: 'a good password' };
      expect((await send('/auth/login', { body: credentials })).status).toBe(200);
    });

    it('hold for an address that tries many e-mail addresses', async () => {
      const address = somewhere();

      const tried = await statuses(10 * LOGIN + 1, () => login(someone(), address));
      expect(tried.filter((status) => status === 429)).toHaveLength(1);
      expect(tried.at(-1)).toBe(429);
    });

    it('hold for an e-mail address that is tried from many', async () => {
      const email = someone();

      const tried = await statuses(5 * LOGIN + 1, () => login(email, somewhere()));
      expect(tried.filter((status) => status === 429)).toHaveLength(1);
      expect(tried.at(-1)).toBe(429);
    });

    it('are not used up for others by one address that goes on when it is refused', async () => {
      const [email, address] = [someone(), somewhere()];
      await statuses(6 * LOGIN, () => login(email, address));

      expect((await login(email, somewhere())).status).toBe(422);
    });
  });

  it('hold for registrations from one address', async () => {
    const address = somewhere();
    const asked = await statuses(REGISTER + 1, () =>
      send('/auth/register', { body: { email: someone() }, address }),
    );

    expect(asked).toEqual([422, 422, 422, 422, 429]);
  });

  it('hold for the mails that can be asked for to one address in an hour', async () => {
    const email = someone();
    const forgot = () => send('/auth/forgot-password', { body: { email } });
    expect(await statuses(6, forgot)).toEqual([202, 202, 202, 202, 202, 429]);

    const { token } = await register();
    const resend = () => send('/auth/resend-verification', { body: {}, token });
    expect(await statuses(6, resend)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(shown(await resend()).reset).toBeGreaterThan(60);
  });

  it('hold for refreshing and for tokens of mails, too', async () => {
    const address = somewhere();
    const verify = () => send('/auth/verify-email', { body: { token: 'x' }, address });
    expect(await statuses(REGISTER + 1, verify)).toEqual([422, 422, 422, 422, 429]);

    const refresh = await send('/auth/refresh', { body: { refreshToken: 'x' } });
    expect(shown(refresh).limit).toBe(10 * REGISTER);
  });

  it('are none for our own machines, and none for the gateway', async () => {
    const address = somewhere();
    await statuses(REQUESTS, () => send('/trips', { address }));

    const live = await fetch(`${app.url}/health/live`, { headers: { 'x-forwarded-for': address } });
    const webhook = await send('/webhooks/mock', { body: {}, address });
    expect([live.status, webhook.status]).toEqual([200, 400]);
    expect([live.headers.has('ratelimit-limit'), webhook.headers.has('ratelimit-limit')]).toEqual([
      false,
      false,
    ]);
  });

  it('take a proxy at its word for as many addresses as there are proxies', async () => {
    const address = somewhere();
    const asked = await statuses(REQUESTS + 1, (n) =>
      send('/trips', { address: `203.0.113.${n}, ${address}` }),
    );

    expect(asked.at(-1)).toBe(429);
  });

  describe('without a proxy', () => {
    let exposed: TestApp;
    beforeAll(async () => {
      exposed = await TestApp.start({ env: LIMITED, database: app.database });
    });
    afterAll(() => exposed.stop());

    it('believe nobody who says that he speaks for another', async () => {
      const asked = await statuses(REQUESTS + 1, (n) =>
        exposed.client().send('GET', '/trips', undefined, { 'x-forwarded-for': `203.0.113.${n}` }),
      );

      expect(asked.at(-1)).toBe(429);
    });
  });
});
