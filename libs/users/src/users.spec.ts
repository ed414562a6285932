import { Users } from '@app/users';
import { createUsersApp, type Answer, type UsersApp } from '../../../test/support/users-app.js';

const PASSWORD = 'correct horse battery';
const ADMIN = { email: 'root@example.com', password: 'the password of the admin' };

/** Over HTTP, on a real PostgreSQL; only the vendors module is played by a fake. */
describe('users', () => {
  let house: UsersApp;
  let admin: string;
  let people = 0;

  beforeAll(async () => {
    house = await createUsersApp({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password });
    admin = (await house.request('POST', '/auth/login', { body: ADMIN })).body.accessToken;
  });

  afterAll(async () => {
    await house.close();
  });

  const register = async () => {
    const body = {
      email: `grace${++people}@example.com`,
      password: PASSWORD,
      name: 'Grace',
      phone: '+14155550123',
    };
    return (await house.request('POST', '/auth/register', { body })).body;
  };
  const login = (email: string, password: string) =>
    house.request('POST', '/auth/login', { body: { email, password } });
  const refresh = (refreshToken: string) =>
    house.request('POST', '/auth/refresh', { body: { refreshToken } });
  const get = (id: string, token: string) => house.request('GET', `/users/${id}`, { token });
  const patch = (id: string, token: string, body: unknown) =>
    house.request('PATCH', `/users/${id}`, { token, body });
  const remove = (id: string, token: string) => house.request('DELETE', `/users/${id}`, { token });
  const problemOf = ({ status, body }: Answer) => [status, body.type];
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);
  const NOT_FOUND = [404, '/problems/not-found'];
  const INVALID = [422, '/problems/invalid-request'];
  const NOBODY = '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11';

  it('may see and change themselves, as "me" or by id', async () => {
    const { user, accessToken } = await register();

    expect(await get('me', accessToken)).toMatchObject({ status: 200, body: user });
    expect(await get(user.id, accessToken)).toMatchObject({ status: 200, body: user });
    house.clock.advance(1000);
    const changed = await patch('me', accessToken, { name: 'Rear Admiral Hopper', phone: null });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Rear Admiral Hopper', phone: null } });
    expect(changed.body.updatedAt > user.updatedAt).toBe(true);
    expect((await get('me', accessToken)).body).toEqual(changed.body);
    expect((await patch(user.id, accessToken, {})).body).toMatchObject({ name: 'Rear Admiral Hopper' });
  });

  it('say how they want to be written to, from the beginning or later', async () => {
    const body = {
      email: `grace${++people}@example.com`,
      password: PASSWORD,
      name: 'Grace',
      locale: 'pt-br',
      timeZone: 'America/Sao_Paulo',
    };
    const { accessToken, user } = (await house.request('POST', '/auth/register', { body })).body;
    expect(user).toMatchObject({ locale: 'pt-BR', timeZone: 'America/Sao_Paulo', reminders: true });

    await patch('me', accessToken, { locale: 'EN-us', timeZone: null, reminders: false });

    const written = { locale: 'en-US', timeZone: null, reminders: false };
    expect((await get('me', accessToken)).body).toMatchObject(written);
  });

  it('do not exist for one another', async () => {
    const [one, other] = [await register(), await register()];

    for (const id of [other.user.id, NOBODY]) {
      expect(problemOf(await get(id, one.accessToken))).toEqual(NOT_FOUND);
      expect(problemOf(await patch(id, one.accessToken, { name: 'Mallory' }))).toEqual(NOT_FOUND);
      expect(problemOf(await remove(id, one.accessToken))).toEqual(NOT_FOUND);
    }
    expect((await get('me', other.accessToken)).body).toEqual(other.user);
  });

  it('are all within the reach of an admin, who stays an admin even with a vendor', async () => {
    const { user, accessToken } = await register();
    const self = (await get('me', admin)).body;
    house.memberships.vendors.add(self.id);
    await house.app.get(Users).forgetProfile(self.id);

    expect((await get('me', admin)).body).toMatchObject({ role: 'admin', email: ADMIN.email });
    expect((await get(user.id, admin)).body).toEqual(user);
    expect((await patch(user.id, admin, { name: 'Corrected' })).status).toBe(200);
    expect((await get('me', accessToken)).body.name).toBe('Corrected');
    expect(problemOf(await get(NOBODY, admin))).toEqual(NOT_FOUND);
    expect(problemOf(await patch(NOBODY, admin, { name: 'Nobody' }))).toEqual(NOT_FOUND);
    expect(problemOf(await remove(NOBODY, admin))).toEqual(NOT_FOUND);
  });

  it('are shown as vendors once their profile is forgotten after they became one', async () => {
    const { user, accessToken } = await register();
    house.memberships.vendors.add(user.id);
    await house.app.get(Users).forgetProfile(user.id);

    expect((await get('me', accessToken)).body.role).toBe('vendor');
  });

  it.each([
    [{ email: 'new@example.com' }, ['email']],
    [{ role: 'admin', isActive: true }, ['isActive', 'role']],
    [{ name: 'a\u0000b' }, ['name']],
    [{ name: null }, ['name']],
    [{ phone: 'x'.repeat(50) }, ['phone']],
    [{ locale: 'x' }, ['locale']],
    [{ locale: null, timeZone: '+02:00', reminders: 'no' }, ['locale', 'reminders', 'timeZone']],
    [{ emailVerifiedAt: '2027-01-01T00:00:00Z' }, ['emailVerifiedAt']],
    [{ newPassword: 'battery staple correct' }, ['currentPassword']],
    [{ currentPassword: PASSWORD }, ['newPassword']],
    [{ currentPassword: 'a wrong password', newPassword: 'battery staple correct' }, ['currentPassword']],
    [{ currentPassword: PASSWORD, newPassword: 'short' }, ['newPassword']],
  ])('refuse %j', async (body, fields) => {
    const { user, accessToken } = await register();
    const answer = await patch('me', accessToken, body);

    expect(problemOf(answer)).toEqual(INVALID);
    expect(fieldsOf(answer).sort()).toEqual(fields);
    expect((await get('me', accessToken)).body).toEqual(user);
  });

  it('refuse an id that is none', async () => {
    expect(fieldsOf(await get('42', admin))).toEqual(['id']);
  });

  it('change their password, which signs them out everywhere', async () => {
    const first = await register();
    const elsewhere = (await login(first.user.email, PASSWORD)).body;
    const newPassword = 'battery staple correct';

    const changed = await patch('me', first.accessToken, { currentPassword: PASSWORD, newPassword });

    expect(changed.status).toBe(200);
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(elsewhere.refreshToken)).status).toBe(401);
    expect((await get('me', first.accessToken)).status).toBe(401);
    expect((await get('me', elsewhere.accessToken)).status).toBe(401);
    expect((await login(first.user.email, PASSWORD)).status).toBe(401);
    const again = await login(first.user.email, newPassword);
    expect((await get('me', again.body.accessToken)).body).toEqual(changed.body);
  });

  it('change their password once when two try at the same moment', async () => {
    const { accessToken } = await register();
    const attempts = ['battery staple one', 'battery staple two'].map((newPassword) =>
      patch('me', accessToken, { currentPassword: PASSWORD, newPassword }),
    );

    expect((await Promise.all(attempts)).map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('take their data with them', async () => {
    const { user, accessToken, refreshToken } = await register();
    await refresh(refreshToken);

    const { status, body } = await house.request('GET', '/users/me/export', { token: accessToken });

    const instant = expect.stringMatching(/^2027-.*Z$/);
    expect(status).toBe(200);
    expect(body).toEqual({
      exportedAt: instant,
      user,
      emailVerifiedAt: null,
      sessions: [
        { id: expect.any(String), createdAt: instant, expiresAt: instant, revokedAt: null },
        { id: expect.any(String), createdAt: instant, expiresAt: instant, revokedAt: instant },
      ],
    });
  });

  it('are forgotten when they delete themselves, and their address is free again', async () => {
    const { user, accessToken, refreshToken } = await register();

    expect(await remove('me', accessToken)).toMatchObject({ status: 204, body: undefined });

    expect((await get('me', accessToken)).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await login(user.email, PASSWORD)).status).toBe(401);
    expect((await get(user.id, admin)).body).toMatchObject({
      id: user.id,
      email: `deleted-${user.id}@users.invalid`,
      name: 'Deleted user',
      phone: null,
      isActive: false,
      emailVerifiedAt: null,
      locale: 'en',
      timeZone: null,
      reminders: false,
    });
    const body = { email: user.email, password: PASSWORD, name: 'Grace' };
    expect((await house.request('POST', '/auth/register', { body })).status).toBe(201);
  });

  it('stay deleted', async () => {
    const { user } = await register();
    expect((await remove(user.id, admin)).status).toBe(204);

    expect(problemOf(await remove(user.id, admin))).toEqual(NOT_FOUND);
    expect(problemOf(await patch(user.id, admin, { name: 'Back' }))).toEqual(NOT_FOUND);
    await expect(house.app.get(Users).setActive(user.id, true)).rejects.toThrow('there is no user');
  });

  it('answer nothing with a password, a hash or a token hash in it', () => {
    const said = house.transcript.lines.join('\n');

    expect(said).toContain('sessions');
    for (const secret of [PASSWORD, ADMIN.password, 'argon2', 'asswordHash', 'TokenHash']) {
      expect(said).not.toContain(secret);
    }
  });
});
