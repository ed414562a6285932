import { CacheService, type CacheKey } from '@app/cache';
import { Injectable } from '@nestjs/common';
import { Memberships } from './memberships.js';
import { toUserView, type UserView } from './user.dto.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/**
 * How long a process may go by the old profile of a user that another one has changed: processes with the memory cache do not hear of
 * each other's changes. A cache that they share needs no such haste.
 */
const TTL_MS = 5_000;

const keyOf = (userId: string): CacheKey => `v1:users:profile:${userId}`;

export interface Profile {
  readonly view: UserView;
  /** Not for anyone to see: what access tokens are compared with. */
  readonly tokenVersion: number;
}

/** Users as others see them, through the cache: every request with a token asks for one. */
@Injectable()
export class UserProfiles {
  constructor(
    private readonly users: UsersRepository,
    private readonly memberships: Memberships,
    private readonly cache: CacheService,
  ) {}

  find(id: string): Promise<Profile | undefined> {
    return this.cache.wrap(keyOf(id), TTL_MS, async () => {
      const user = await this.users.findById(id);
      return user ? { view: await this.of(user), tokenVersion: user.tokenVersion } : undefined;
    });
  }

  /** Past the cache. Asks for a connection of its own, so never inside a transaction. */
  async of(user: User): Promise<UserView> {
    return toUserView(user, await this.memberships.hasVendor(user.id));
  }

  async ofAll(users: readonly User[]): Promise<UserView[]> {
    const vendors = await this.memberships.withVendor(users.map(({ id }) => id));
    return users.map((user) => toUserView(user, vendors.has(user.id)));
  }

  /** To be called after the commit of whatever changed the user or their memberships. */
  forget(id: string): Promise<void> {
    return this.cache.delete(keyOf(id));
  }
}
