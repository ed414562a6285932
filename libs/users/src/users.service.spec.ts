import { InvalidRequest, ResourceNotFound } from '@app/http';
import { newId } from '@app/kernel';
import { Users, type UserView } from '@app/users';
import { createUsersApp, type UsersApp } from '../../../test/support/users-app.js';
import { UsersRepository } from './users.repository.js';

/** What other modules ask of this one, on a real PostgreSQL. */
describe('Users', () => {
  let house: UsersApp;
  let users: Users;
  const people: UserView[] = [];

  beforeAll(async () => {
    house = await createUsersApp();
    users = house.app.get(Users);
    for (const name of ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan']) {
      const body = { email: `${name}@example.com`, password: 'a good password', name };
      people.unshift((await house.request('POST', '/auth/register', { body })).body.user);
    }
  });

  afterAll(async () => {
    await house.close();
  });

  it('finds a user by id', async () => {
    const [alan] = people as [UserView];

    expect(await users.find(alan.id)).toEqual(alan);
    expect(await users.require(alan.id)).toEqual(alan);
    expect(await users.find(newId())).toBeUndefined();
    await expect(users.require(newId())).rejects.toThrow(ResourceNotFound);
  });

  it('reads a profile once for many requests', async () => {
    const read = jest.spyOn(house.app.get(UsersRepository, { strict: false }), 'findById');
    const [alan] = people as [UserView];
    await users.forgetProfile(alan.id);

    await Promise.all([users.find(alan.id), users.find(alan.id)]);
    await users.find(alan.id);
    expect(read).toHaveBeenCalledTimes(1);

    house.clock.advance(5_000);
    await users.find(alan.id);
    expect(read).toHaveBeenCalledTimes(2);
    read.mockRestore();
  });

  it('pages through all users, the newest first', async () => {
    const vendor = people[2]!;
    house.memberships.vendors.add(vendor.id);

    const seen: UserView[] = [];
    let cursor: string | undefined;
    do {
      const page = await users.findPage({ limit: 2, cursor });
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toEqual(people.map((user) => (user === vendor ? { ...user, role: 'vendor' } : user)));
    await expect(users.findPage({ limit: 2, cursor: 'made up' })).rejects.toThrow(InvalidRequest);
  });

  it('tells how to reach somebody who is there', async () => {
    const body = { email: 'tony@example.com', password: 'a good password', name: 'Tony', locale: 'fr' };
    const { user } = (await house.request('POST', '/auth/register', { body })).body;

    expect(await users.contactOf(user.id)).toEqual({
      email: 'tony@example.com',
      name: 'Tony',
      locale: 'fr',
      timeZone: null,
      reminders: true,
      emailVerifiedAt: null,
      isActive: true,
    });
    await users.setActive(user.id, false);
    expect(await users.contactOf(user.id)).toMatchObject({ isActive: false });
    await users.delete(user.id);
    expect(await users.contactOf(user.id)).toBeUndefined();
    expect(await users.contactOf(newId())).toBeUndefined();
  });

  it('stops reminders of one user, as they see at once', async () => {
    const [alan, barbara] = people as [UserView, UserView];
    house.clock.advance(1000);

    await users.stopReminders(alan.id);
    const stopped = await users.require(alan.id);
    house.clock.advance(1000);
    await users.stopReminders(alan.id);
    await users.stopReminders(newId());

    expect(stopped).toMatchObject({ reminders: false, updatedAt: '2027-01-01T00:00:06.000Z' });
    expect(await users.require(alan.id)).toEqual(stopped);
    expect(await users.require(barbara.id)).toMatchObject({ reminders: true });
  });

  it('counts active users by role', async () => {
    expect(await users.countByRole()).toEqual({ traveller: 5, admin: 0 });
    await users.setActive(people[0]!.id, false);
    expect(await users.countByRole()).toEqual({ traveller: 4, admin: 0 });
    await users.setActive(people[0]!.id, true);
  });
});

describe('UsersRepository', () => {
  let house: UsersApp;
  let repository: UsersRepository;

  beforeAll(async () => {
    house = await createUsersApp();
    repository = house.app.get(UsersRepository, { strict: false });
    for (const name of ['Ada', 'Grace', 'Edsger']) {
      const body = { email: `${name}@example.com`, password: 'a good password', name };
      await house.request('POST', '/auth/register', { body });
    }
  });

  afterAll(async () => {
    await house.close();
  });

  it('finds by e-mail address in any letter case', async () => {
    expect(await repository.findByEmail('ADA@EXAMPLE.COM')).toMatchObject({
      name: 'Ada',
      email: 'Ada@example.com',
    });
    expect(await repository.findByEmail('alan@example.com')).toBeNull();
    expect(await repository.exists({ email: 'ada@Example.com' })).toBe(true);
    expect(await repository.exists({ email: 'ada@example.com', role: 'admin' })).toBe(false);
  });

  it('lists by page, the newest first', async () => {
    const namesOn = async (page: number) =>
      (await repository.findAll({ page, limit: 2 })).map(({ name }) => name);

    expect(await namesOn(1)).toEqual(['Edsger', 'Grace']);
    expect(await namesOn(2)).toEqual(['Ada']);
    expect(await namesOn(3)).toEqual([]);
  });
});
