import { newId } from '@app/kernel';
import { Users } from '@app/users';
import { DataSource } from 'typeorm';
import { createUsersApp, type Answer, type UsersApp } from '../../../test/support/users-app.js';

/** Accounts that cannot be done without, on a real PostgreSQL; only the vendors module is played by a fake. */
describe('whoever leaves', () => {
  let house: UsersApp;
  let users: Users;

  beforeEach(async () => {
    house = await createUsersApp();
    users = house.app.get(Users);
  });

  afterEach(async () => {
    await house.close();
  });

  const register = async () => {
    const body = { email: `${newId()}@example.com`, password: 'a good password', name: 'Grace' };
    return (await house.request('POST', '/auth/register', { body })).body;
  };
  const registerAdmin = async () => {
    const admin = await register();
    const { manager } = house.app.get(DataSource);
    await manager.query(`UPDATE users SET role = 'admin' WHERE id = $1`, [admin.user.id]);
    return admin;
  };
  const leave = (token: string) => house.request('DELETE', '/users/me', { token });
  /** Keeps all users locked until every one of the attempts waits for one. */
  const atOnce = async <T>(attempts: (() => Promise<T>)[]): Promise<T[]> => {
    const dataSource = house.app.get(DataSource);
    const gate = dataSource.createQueryRunner();
    await gate.startTransaction();
    await gate.query('SELECT FROM users FOR UPDATE');
    const underWay = attempts.map((attempt) => attempt());
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await dataSource.query<unknown[]>(waiting)).length < attempts.length);
    await gate.commitTransaction();
    await gate.release();
    return Promise.all(underWay);
  };
  const outcomeOf = ({ status, body }: Answer) => [status, body?.type];
  const LAST_ADMIN = [409, '/problems/last-admin'];

  it('is not the only owner of a vendor', async () => {
    const { user, accessToken } = await register();
    house.memberships.onlyOwners.add(user.id);

    expect(outcomeOf(await leave(accessToken))).toEqual([409, '/problems/last-owner']);
    expect((await house.request('GET', '/users/me', { token: accessToken })).body).toEqual(user);

    house.memberships.onlyOwners.delete(user.id);
    expect((await leave(accessToken)).status).toBe(204);
  });

  it('is not the only active admin, who cannot be deactivated either', async () => {
    const [admin, other] = [await registerAdmin(), await registerAdmin()];
    await users.setActive(other.user.id, false);

    expect(outcomeOf(await leave(admin.accessToken))).toEqual(LAST_ADMIN);
    await expect(users.setActive(admin.user.id, false)).rejects.toMatchObject({ code: 'last-admin' });
    expect(await users.countByRole()).toMatchObject({ admin: 1 });

    await users.setActive(other.user.id, true);
    expect((await leave(admin.accessToken)).status).toBe(204);
  });

  it('is never the last of the admins, though all leave at once', async () => {
    const admins = await Promise.all(Array.from({ length: 6 }, registerAdmin));

    const answers = await atOnce(
      admins.map(
        ({ accessToken }) =>
          () =>
            leave(accessToken),
      ),
    );

    expect(answers.map(outcomeOf).sort()).toEqual([
      ...Array.from({ length: 5 }, () => [204, undefined]),
      LAST_ADMIN,
    ]);
    expect(await users.countByRole()).toMatchObject({ admin: 1 });
  });
});
