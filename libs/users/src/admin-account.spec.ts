import { Transactor } from '@app/database';
import { DataSource } from 'typeorm';
import { createUsersApp, type UsersApp } from '../../../test/support/users-app.js';
import { AdminAccount } from './admin-account.js';
import { User } from './user.entity.js';

const PASSWORD = 'the password of the admin';

describe('the first admin', () => {
  let house: UsersApp;
  let account: AdminAccount;

  beforeAll(async () => {
    house = await createUsersApp({ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: PASSWORD });
    account = house.app.get(AdminAccount, { strict: false });
  });

  afterAll(async () => {
    await house.close();
  });

  const login = (email: string, password: string) =>
    house.request('POST', '/auth/login', { body: { email, password } });
  const count = (email: string) => house.app.get(DataSource).manager.countBy(User, { email });

  it('is there once the application has started', async () => {
    expect((await login('root@example.com', PASSWORD)).body.user.role).toBe('admin');
  });

  it('is left alone by later starts, whatever the password says then and however the address is spelt', async () => {
    await account.ensureAdmin({ email: 'Root@Example.com', password: 'another password' });

    expect((await login('root@example.com', PASSWORD)).status).toBe(200);
    expect(await count('root@example.com')).toBe(1);
  });

  it('is created once by many processes that start together', async () => {
    const admin = { email: 'second@example.com', password: PASSWORD };

    await Promise.all(Array.from({ length: 5 }, () => account.ensureAdmin(admin)));

    expect(await count(admin.email)).toBe(1);
    expect((await login(admin.email, PASSWORD)).body.user.role).toBe('admin');
  });

  it('is nobody when none is configured', async () => {
    await expect(account.ensureAdmin(undefined)).resolves.toBeUndefined();
  });

  it('is never somebody who registered the address before', async () => {
    const body = { email: 'early@example.com', password: 'the password of another', name: 'Early' };
    await house.request('POST', '/auth/register', { body });

    await account.ensureAdmin({ email: body.email, password: PASSWORD });

    expect((await login(body.email, body.password)).body.user.role).toBe('traveller');
    expect(house.transcript.lines.join('\n')).toContain('no admin was created');
    expect(house.transcript.lines.join('\n')).not.toContain(PASSWORD);
  });

  it('stops the start when the database fails', async () => {
    const run = jest
      .spyOn(house.app.get(Transactor), 'run')
      .mockRejectedValueOnce(new Error('the disk is full'));

    await expect(account.ensureAdmin({ email: 'third@example.com', password: PASSWORD })).rejects.toThrow(
      'disk',
    );
    run.mockRestore();
  });
});
