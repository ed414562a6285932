import { DataSource, IsNull } from 'typeorm';
import { createUsersApp, type Answer, type UsersApp } from '../../../../test/support/users-app.js';
import { Session } from './session.entity.js';

const PASSWORD = 'correct horse battery';
const DAY_MS = 24 * 60 * 60_000;

/** Over HTTP, on a real PostgreSQL; only the vendors module is played by a fake. */
describe('sessions', () => {
  let house: UsersApp;
  let people = 0;

  beforeAll(async () => {
    house = await createUsersApp();
  });

  afterAll(async () => {
    await house.close();
  });

  const post = (url: string, body?: unknown, token?: string) => house.request('POST', url, { body, token });
  const register = () =>
    post('/auth/register', { email: `ada${++people}@example.com`, password: PASSWORD, name: 'Ada' });
  const login = (email: string) => post('/auth/login', { email, password: PASSWORD });
  const refresh = (refreshToken: string) => post('/auth/refresh', { refreshToken });
  const me = (token: string) => house.request('GET', '/users/me', { token });
  const problemOf = ({ status, body }: Answer) => [status, body.type];
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);
  const INVALID_REFRESH = [401, '/problems/invalid-refresh-token'];

  describe('refresh', () => {
    it('replaces the token, again and again', async () => {
      const first = (await register()).body;
      const second = await refresh(first.refreshToken);
      const third = await refresh(second.body.refreshToken);

      expect(second.status).toBe(200);
      expect(second.body).toMatchObject({ user: first.user, expiresIn: 900 });
      expect(second.body.refreshToken).not.toBe(first.refreshToken);
      expect((await me(third.body.accessToken)).status).toBe(200);
    });

    it('revokes the whole sign-in when a replaced token comes back, and only that one', async () => {
      const first = (await register()).body;
      const elsewhere = (await login(first.user.email)).body;
      const second = (await refresh(first.refreshToken)).body;
      const third = (await refresh(second.refreshToken)).body;

      expect(problemOf(await refresh(first.refreshToken))).toEqual(INVALID_REFRESH);
      expect(problemOf(await refresh(third.refreshToken))).toEqual(INVALID_REFRESH);
      expect((await refresh(elsewhere.refreshToken)).status).toBe(200);

      const warnings = house.transcript.lines.filter(
        (line) => line.includes(first.user.id) && line.includes('came back'),
      );
      expect(warnings).toHaveLength(1);
    });

    it('lets one of many at once win, and leaves nothing behind that still works', async () => {
      const { body } = await register();

      const answers = await Promise.all(Array.from({ length: 12 }, () => refresh(body.refreshToken)));

      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(problemOf(answer)).toEqual(INVALID_REFRESH);
      }
      expect(problemOf(await refresh(winners[0]!.body.refreshToken))).toEqual(INVALID_REFRESH);
    });

    it('leaves no live session, however the theft and the next rotation interleave', async () => {
      for (let round = 0; round < 10; round++) {
        const first = (await register()).body;
        const second = (await refresh(first.refreshToken)).body;

        await Promise.all([refresh(second.refreshToken), refresh(first.refreshToken)]);

        const live = await house.app
          .get(DataSource)
          .manager.countBy(Session, { userId: first.user.id, revokedAt: IsNull() });
        expect(live).toBe(0);
      }
    });

    it('is refused after thirty days without use', async () => {
      const { body } = await register();
      house.clock.advance(30 * DAY_MS - 1);
      const next = await refresh(body.refreshToken);
      expect(next.status).toBe(200);

      house.clock.advance(30 * DAY_MS);
      expect(problemOf(await refresh(next.body.refreshToken))).toEqual(INVALID_REFRESH);
    });

    it('is refused with a token that was never given out', async () => {
      expect(problemOf(await refresh('x'.repeat(43)))).toEqual(INVALID_REFRESH);
      const answer = await post('/auth/refresh', { refreshToken: 'a\u0000b', more: 1 });
      expect(fieldsOf(answer).sort()).toEqual(['more', 'refreshToken']);
    });
  });

  describe('logout', () => {
    it('ends the sign-in, rotated tokens too, and no other', async () => {
      const first = (await register()).body;
      const elsewhere = (await login(first.user.email)).body;
      const second = (await refresh(first.refreshToken)).body;

      const answer = await post('/auth/logout', { refreshToken: first.refreshToken }, first.accessToken);

      expect(answer).toMatchObject({ status: 204, body: undefined });
      expect(problemOf(await refresh(second.refreshToken))).toEqual(INVALID_REFRESH);
      expect((await refresh(elsewhere.refreshToken)).status).toBe(200);
    });

    it('may be repeated, and says nothing of tokens that are unknown', async () => {
      const { body } = await register();
      for (const refreshToken of [body.refreshToken, body.refreshToken, 'unknown']) {
        expect((await post('/auth/logout', { refreshToken }, body.accessToken)).status).toBe(204);
      }
    });

    it('does not sign anyone else out', async () => {
      const [mine, theirs] = [(await register()).body, (await register()).body];

      expect(
        (await post('/auth/logout', { refreshToken: theirs.refreshToken }, mine.accessToken)).status,
      ).toBe(204);
      expect((await refresh(theirs.refreshToken)).status).toBe(200);
    });
  });

  it('keep their hashes out of every answer and every log line', () => {
    const said = house.transcript.lines.join('\n');

    expect(said).toContain('accessToken');
    expect(said).toContain('came back');
    for (const secret of [PASSWORD, 'argon2', 'passwordHash', 'refreshTokenHash'])
      expect(said).not.toContain(secret);
  });
});
