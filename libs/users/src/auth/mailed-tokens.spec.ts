import { Backlog } from '@app/events';
import { newId } from '@app/kernel';
import { AccountTokens, Users, type AccountTokenPurpose } from '@app/users';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { createUsersApp, type Answer, type UsersApp } from '../../../../test/support/users-app.js';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'battery staple correct';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What comes of the mails that a user is sent, over HTTP, on a real PostgreSQL. That they are sent is told by events. */
describe('whoever reads the mail of an address', () => {
  let house: UsersApp;
  let users: Users;
  let tokens: AccountTokens;

  beforeAll(async () => {
    house = await createUsersApp();
    users = house.app.get(Users);
    tokens = house.app.get(AccountTokens);
  });

  afterAll(async () => {
    await house.close();
  });

  const post = (url: string, body?: unknown, token?: string) => house.request('POST', url, { body, token });
  const register = async () => {
    const email = `Ada-${newId()}@example.com`;
    const { body } = await post('/auth/register', { email, password: PASSWORD, name: 'Ada' });
    return { id: body.user.id as string, email, ...body } as Record<
      'id' | 'email' | 'accessToken' | 'refreshToken',
      string
    >;
  };
  const query = <T>(statement: string, parameters: unknown[]) =>
    house.app.get(DataSource).query<T[]>(statement, parameters);
  const login = async (email: string, password: string) =>
    (await post('/auth/login', { email, password })).status;
  const viewOf = async ({ email }: { email: string }, password = PASSWORD) =>
    (await post('/auth/login', { email, password })).body.user;
  const verify = (token: string) => post('/auth/verify-email', { token });
  const reset = (token: string, password = NEW_PASSWORD) => post('/auth/reset-password', { token, password });
  /** Runs what is waiting, so that all is told that is going to be. */
  const newsOf = async ({ id }: { id: string }) => {
    await house.app.get(Backlog).clear();
    const rows = await query<{ name: string }>(
      'SELECT name FROM outbox WHERE aggregate_id = $1 ORDER BY sequence',
      [id],
    );
    return rows.map(({ name }) => name);
  };
  const outcomeOf = ({ status, body }: Answer) => [
    status,
    body?.type,
    body?.errors?.map(({ field }: { field: string }) => field),
  ];
  const INVALID_TOKEN = [422, '/problems/invalid-token', ['token']];
  const DONE = [204, undefined, undefined];

  describe('verifies the address', () => {
    it('with the token sent to it, once and again', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'verify-email');
      expect((await viewOf(ada)).emailVerifiedAt).toBeNull();

      expect(outcomeOf(await verify(token))).toEqual(DONE);
      const verifiedAt = (await viewOf(ada)).emailVerifiedAt;
      house.clock.advance(MINUTE);
      expect(outcomeOf(await verify(token))).toEqual(DONE);

      expect(verifiedAt).toBe(new Date(house.clock.now().getTime() - MINUTE).toISOString());
      expect((await viewOf(ada)).emailVerifiedAt).toBe(verifiedAt);
    });

    it('within seven days', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'verify-email');
      house.clock.advance(7 * DAY);

      expect(outcomeOf(await verify(token))).toEqual(INVALID_TOKEN);
      expect((await viewOf(ada)).emailVerifiedAt).toBeNull();
    });

    it('that it was sent to, not another that took its place', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'verify-email');
      const move = (email: string) => query('UPDATE users SET email = $2 WHERE id = $1', [ada.id, email]);

      await move(`new-${ada.email}`);
      expect(outcomeOf(await verify(token))).toEqual(INVALID_TOKEN);

      await move(ada.email.toUpperCase());
      expect(outcomeOf(await verify(token))).toEqual(DONE);
    });

    it('which is asked for on registration, and on demand until it is done', async () => {
      const ada = await register();
      expect(await newsOf(ada)).toEqual(['user.registered']);

      expect(outcomeOf(await post('/auth/resend-verification', undefined, ada.accessToken))[0]).toBe(202);
      expect(await newsOf(ada)).toEqual(['user.registered', 'user.verification_requested']);

      await verify(await tokens.issue(ada.id, 'verify-email'));
      expect(outcomeOf(await post('/auth/resend-verification', undefined, ada.accessToken))[0]).toBe(202);
      expect(await newsOf(ada)).toHaveLength(2);
    });
  });

  describe('chooses a new password', () => {
    it('which signs out everywhere, shows the address to be theirs, and is told to them', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'reset-password');

      expect(outcomeOf(await reset(token))).toEqual(DONE);

      expect(await login(ada.email, PASSWORD)).toBe(401);
      expect((await viewOf(ada, NEW_PASSWORD)).emailVerifiedAt).toBe(house.clock.now().toISOString());
      expect((await post('/auth/refresh', { refreshToken: ada.refreshToken })).status).toBe(401);
      expect((await house.request('GET', '/users/me', { token: ada.accessToken })).status).toBe(401);
      expect(await newsOf(ada)).toEqual(['user.registered', 'user.password_changed']);
    });

    it('once', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'reset-password');
      const attempts = ['first', 'second', 'third'].map((word) => reset(token, `${word} new password`));

      const statuses = (await Promise.all(attempts)).map(({ status }) => status);

      expect(statuses.sort()).toEqual([204, 422, 422]);
      expect(outcomeOf(await reset(token))).toEqual(INVALID_TOKEN);
      expect(await login(ada.email, NEW_PASSWORD)).toBe(401);
    });

    it('within the hour', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'reset-password');
      house.clock.advance(60 * MINUTE);

      expect(outcomeOf(await reset(token))).toEqual(INVALID_TOKEN);
      expect(await login(ada.email, PASSWORD)).toBe(200);
    });

    it('unless it was changed otherwise meanwhile', async () => {
      const ada = await register();
      const token = await tokens.issue(ada.id, 'reset-password');
      await users.update(ada.id, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });

      expect(outcomeOf(await reset(token, 'yet another password'))).toEqual(INVALID_TOKEN);
      expect(await login(ada.email, NEW_PASSWORD)).toBe(200);
      expect(await newsOf(ada)).toEqual(['user.registered', 'user.password_changed']);
    });

    it('for no account that is closed or deleted', async () => {
      const [closed, deleted] = [await register(), await register()];
      await users.setActive(closed.id, false);
      const token = await tokens.issue(closed.id, 'reset-password');
      const late = await tokens.issue(deleted.id, 'reset-password');
      await users.delete(deleted.id);

      expect(outcomeOf(await reset(token))).toEqual(INVALID_TOKEN);
      expect(outcomeOf(await reset(late))).toEqual(INVALID_TOKEN);
      await expect(tokens.issue(deleted.id, 'reset-password')).rejects.toThrow('there is no user');
    });

    it('that is good enough', async () => {
      const ada = await register();
      const answer = await reset(await tokens.issue(ada.id, 'reset-password'), 'short');

      expect(outcomeOf(answer)).toEqual([422, '/problems/invalid-request', ['password']]);
    });
  });

  describe('is sent a mail after saying that the password is forgotten', () => {
    const forget = (email: string) => post('/auth/forgot-password', { email });

    it('to the address in any letter case, once for requests that wait together', async () => {
      const ada = await register();

      const answers = await Promise.all([forget(ada.email), forget(ada.email.toUpperCase())]);

      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      expect(await newsOf(ada)).toEqual(['user.registered', 'user.password_reset_requested']);
      await forget(ada.email);
      expect(await newsOf(ada)).toHaveLength(3);
    });

    it('unless the account is closed', async () => {
      const ada = await register();
      await users.setActive(ada.id, false);

      expect((await forget(ada.email)).status).toBe(202);
      expect(await newsOf(ada)).toEqual(['user.registered']);
    });

    it('and an address that nobody has costs the same work and gets the same answer', async () => {
      const ada = await register();
      const workFor = async (email: string) => {
        const queries = jest.spyOn(Client.prototype, 'query');
        const { status, body } = await forget(email);
        const statements = queries.mock.calls.map(([statement]) => statement as unknown);
        queries.mockRestore();
        return { status, body, statements };
      };

      const known = await workFor(ada.email);

      expect(known).toMatchObject({ status: 202, body: undefined });
      expect(known.statements.length).toBeGreaterThan(2);
      expect(await workFor('nobody@example.com')).toEqual(known);
    });
  });

  it('may not use a token for what it was not sent for, nor as an access token', async () => {
    const ada = await register();
    const issued = (purpose: AccountTokenPurpose) => tokens.issue(ada.id, purpose);
    const access = ada.accessToken;
    const seen = async (token: string) => (await house.request('GET', '/users/me', { token })).status;
    expect(await seen(access)).toBe(200);

    const PURPOSES = ['verify-email', 'reset-password', 'unsubscribe'] as const;
    for (const purpose of PURPOSES) {
      const readable = await Promise.all(
        PURPOSES.map(async (other) => tokens.read(await issued(other), purpose)),
      );
      expect(readable.map((token) => token?.purpose)).toEqual(
        PURPOSES.map((other) => (other === purpose ? purpose : undefined)),
      );
      expect(tokens.read(access, purpose)).toBeUndefined();
      expect(await seen(await issued(purpose))).toBe(401);
    }
    for (const wrong of [await issued('reset-password'), await issued('unsubscribe'), access, 'x'])
      expect(outcomeOf(await verify(wrong))).toEqual(INVALID_TOKEN);
    for (const wrong of [await issued('verify-email'), await issued('unsubscribe'), access, 'x'])
      expect(outcomeOf(await reset(wrong))).toEqual(INVALID_TOKEN);
  });

  it('may unsubscribe years later', async () => {
    const ada = await register();
    const token = await tokens.issue(ada.id, 'unsubscribe');
    house.clock.advance(3650 * DAY);

    expect(tokens.read(token, 'unsubscribe')).toMatchObject({ userId: ada.id });
    expect(tokens.read(`${token}x`, 'unsubscribe')).toBeUndefined();
  });

  it('finds neither the address nor the password in a token', async () => {
    const ada = await register();
    const claims = (await tokens.issue(ada.id, 'reset-password')).split('.')[1] ?? '';
    const text = Buffer.from(claims, 'base64url').toString();

    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual([
      'aud',
      'bound',
      'exp',
      'iat',
      'iss',
      'sub',
    ]);
    expect(text.toLowerCase()).not.toContain(ada.email.toLowerCase());
  });
});
