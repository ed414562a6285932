import { Transactor } from '@app/database';
import { Users } from '@app/users';
import { JwtService } from '@nestjs/jwt';
import { DataSource } from 'typeorm';
import { createUsersApp, type Answer, type UsersApp } from '../../../../test/support/users-app.js';
import { Passwords } from './passwords.js';

const PASSWORD = 'correct horse battery';
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Over HTTP, on a real PostgreSQL; only the vendors module is played by a fake. */
describe('auth', () => {
  let house: UsersApp;
  let people = 0;

  beforeAll(async () => {
    house = await createUsersApp();
  });

  afterAll(async () => {
    await house.close();
  });

  const post = (url: string, body?: unknown, token?: string) => house.request('POST', url, { body, token });
  const anEmail = () => `ada${++people}@example.com`;
  const register = (email = anEmail()) => post('/auth/register', { email, password: PASSWORD, name: 'Ada' });
  const login = (email: string, password = PASSWORD) => post('/auth/login', { email, password });
  const refresh = (refreshToken: string) => post('/auth/refresh', { refreshToken });
  const me = (token: string) => house.request('GET', '/users/me', { token });
  const problemOf = ({ status, body }: Answer) => [status, body.type];
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);
  const INVALID_REFRESH = [401, '/problems/invalid-refresh-token'];
  const INVALID_CREDENTIALS = [401, '/problems/invalid-credentials'];

  describe('register', () => {
    it('creates a traveller and signs them in', async () => {
      const email = anEmail();
      const { status, headers, body } = await post('/auth/register', {
        email,
        password: PASSWORD,
        name: 'Ada',
        phone: '+14155550123',
      });

      expect(status).toBe(201);
      expect(headers['cache-control']).toBe('no-store');
      expect(body).toEqual({
        user: {
          id: expect.stringMatching(UUID_V7),
          email,
          name: 'Ada',
          phone: '+14155550123',
          role: 'traveller',
          emailVerifiedAt: null,
          locale: 'en',
          timeZone: null,
          reminders: true,
          isActive: true,
          createdAt: '2027-01-01T00:00:00.000Z',
          updatedAt: '2027-01-01T00:00:00.000Z',
        },
        accessToken: expect.any(String),
        refreshToken: expect.stringMatching(/^[\w-]{43}$/),
        expiresIn: 900,
      });
      expect((await me(body.accessToken)).body).toEqual(body.user);
    });

    it('gives an e-mail address to one of many who want it at once, whatever its letter case', async () => {
      const email = anEmail();
      const spellings = [
        email,
        email.toUpperCase(),
        email.replace('ada', 'Ada'),
        email.replace('example', 'EXAMPLE'),
      ];

      const answers = await Promise.all([...spellings, ...spellings, ...spellings].map(register));

      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 201)) {
        expect(problemOf(answer)).toEqual([409, '/problems/email-taken']);
      }
    });

    it('tells nothing of a failure of our own', async () => {
      const transactor = house.app.get(Transactor);
      const run = jest.spyOn(transactor, 'run').mockRejectedValueOnce(new Error('the disk is full'));

      const answer = await register();

      expect(problemOf(answer)).toEqual([500, '/problems/internal-error']);
      expect(JSON.stringify(answer.body)).not.toContain('disk');
      run.mockRestore();
    });

    it.each([
      ['no body', undefined, ['email', 'password', 'name']],
      ['a NUL', { name: 'A\u0000da' }, ['name']],
      ['a NUL in the e-mail address', { email: 'ada\u0000@example.com' }, ['email']],
      ['an overlong name', { name: 'a'.repeat(201) }, ['name']],
      ['an overlong e-mail address', { email: `${'a'.repeat(250)}@example.com` }, ['email']],
      ['an overlong password', { password: 'a'.repeat(129) }, ['password']],
      ['a short password', { password: 'a'.repeat(7) }, ['password']],
      ['a wrong telephone number', { phone: 'call me' }, ['phone']],
      ['no language', { locale: 'not a language' }, ['locale']],
      ['no time zone', { timeZone: 'Mars/Olympus' }, ['timeZone']],
      ['a null where none belongs', { phone: null }, ['phone']],
      ['an unknown field', { role: 'admin' }, ['role']],
      ['wrong types', { email: 1, name: ['Ada'], password: { $ne: '' } }, ['email', 'name', 'password']],
    ])('refuses %s and names the field', async (_, change, fields) => {
      const email = anEmail();
      const answer = await post(
        '/auth/register',
        change && { email, password: 'a good password', name: 'Ada', ...change },
      );

      expect(problemOf(answer)).toEqual([422, '/problems/invalid-request']);
      expect(fieldsOf(answer).sort()).toEqual([...fields].sort());
      expect(problemOf(await login(email))).toEqual(INVALID_CREDENTIALS);
    });
  });

  describe('login', () => {
    it('answers as registration does, to the address in any letter case', async () => {
      const { body } = await register();
      const answer = await login((body.user.email as string).toUpperCase());

      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body.user).toEqual(body.user);
      expect(Object.keys(answer.body)).toEqual(Object.keys(body));
    });

    it('shows a member of a vendor as such', async () => {
      const { body } = await register();
      house.memberships.vendors.add(body.user.id);

      expect((await login(body.user.email)).body.user.role).toBe('vendor');
    });

    it('tells an unknown address from a wrong password neither by words nor by work', async () => {
      const { body } = await register();
      const verify = jest.spyOn(house.app.get(Passwords, { strict: false }), 'verify');

      const wrong = await login(body.user.email, 'a wrong password');
      const unknown = await login(anEmail(), 'a wrong password');

      expect(problemOf(wrong)).toEqual(INVALID_CREDENTIALS);
      expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
      expect(verify).toHaveBeenCalledTimes(2);
      verify.mockRestore();
    });

    it('is refused to a user who is not active', async () => {
      const { body } = await register();
      await house.app.get(Users).setActive(body.user.id, false);

      expect(problemOf(await login(body.user.email))).toEqual(INVALID_CREDENTIALS);
    });

    it('is refused when the password changes while it is being checked', async () => {
      const { body } = await register();
      const passwords = house.app.get(Passwords, { strict: false });
      const verify = jest.spyOn(passwords, 'verify').mockImplementationOnce(async () => {
        verify.mockRestore();
        await house.app
          .get(Users)
          .update(body.user.id, { currentPassword: PASSWORD, newPassword: 'another password' });
        return true;
      });

      expect(problemOf(await login(body.user.email))).toEqual(INVALID_CREDENTIALS);
    });
  });

  describe('an access token', () => {
    it('runs out after fifteen minutes', async () => {
      const { body } = await register();
      house.clock.advance(15 * 60_000);

      expect(problemOf(await me(body.accessToken))).toEqual([401, '/problems/unauthenticated']);
      expect((await me((await refresh(body.refreshToken)).body.accessToken)).status).toBe(200);
    });

    it('is refused once its user is deactivated, and stays refused when they are back', async () => {
      const { body } = await register();
      expect((await me(body.accessToken)).status).toBe(200);

      await house.app.get(Users).setActive(body.user.id, false);
      expect(problemOf(await me(body.accessToken))).toEqual([401, '/problems/unauthenticated']);
      expect(problemOf(await refresh(body.refreshToken))).toEqual(INVALID_REFRESH);

      await house.app.get(Users).setActive(body.user.id, true);
      expect(problemOf(await me(body.accessToken))).toEqual([401, '/problems/unauthenticated']);
      expect(problemOf(await refresh(body.refreshToken))).toEqual(INVALID_REFRESH);
      expect((await me((await login(body.user.email)).body.accessToken)).status).toBe(200);
    });

    it('is good at once where the profile of before a sign-out is still in the cache, and an old one soon refused', async () => {
      const { body } = await register();
      await me(body.accessToken);
      const elsewhere = house.app.get(DataSource);
      await elsewhere.query('UPDATE users SET token_version = token_version + 1 WHERE id = $1', [
        body.user.id,
      ]);

      expect((await me((await login(body.user.email)).body.accessToken)).status).toBe(200);
      house.clock.advance(5_000);
      expect(problemOf(await me(body.accessToken))).toEqual([401, '/problems/unauthenticated']);
    });

    it('is refused when it names nobody, though we signed it', async () => {
      const iat = house.clock.now().getTime() / 1000;
      const token = house.app
        .get(JwtService, { strict: false })
        .sign({ sub: 'root', version: 1, iat }, { audience: 'api', expiresIn: 900 });

      expect(problemOf(await me(token))).toEqual([401, '/problems/unauthenticated']);
    });

    it('is asked for by every route that is not public', async () => {
      for (const [method, url] of [
        ['POST', '/auth/logout'],
        ['POST', '/auth/resend-verification'],
        ['GET', '/users/me'],
        ['PATCH', '/users/me'],
        ['DELETE', '/users/me'],
        ['GET', '/users/me/export'],
      ] as const) {
        expect(problemOf(await house.request(method, url))).toEqual([401, '/problems/unauthenticated']);
        expect(problemOf(await house.request(method, url, { token: 'a.b.c' }))).toEqual([
          401,
          '/problems/unauthenticated',
        ]);
      }
    });
  });

  it('keeps secrets out of every answer and every log line', () => {
    const said = house.transcript.lines.join('\n');

    expect(said).toContain('accessToken');
    for (const secret of [PASSWORD, 'argon2', 'passwordHash', 'refreshTokenHash'])
      expect(said).not.toContain(secret);
  });
});
