import { Transactor, type Tx } from '@app/database';
import { decodeCursor, page, ResourceNotFound, type Page, type PageQuery, type Role } from '@app/http';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Credentials } from './auth/credentials.js';
import { Memberships } from './memberships.js';
import { UserProfiles } from './user-profiles.js';
import { toUserContact, type UserContact } from './user-contact.js';
import type { UpdateUser, UserView } from './user.dto.js';
import type { User } from './user.entity.js';
import { LastAdmin, LastOwner } from './user.errors.js';
import { UsersRepository } from './users.repository.js';

/** Accounts and the people behind them. Who may ask is for the caller to know. */
@Injectable()
export class Users {
  constructor(
    private readonly users: UsersRepository,
    private readonly profiles: UserProfiles,
    private readonly memberships: Memberships,
    private readonly credentials: Credentials,
    private readonly transactor: Transactor,
  ) {}

  /** The cached profile. */
  async find(id: string): Promise<UserView | undefined> {
    return (await this.profiles.find(id))?.view;
  }

  /** The cached profile. @throws ResourceNotFound */
  async require(id: string): Promise<UserView> {
    return found(await this.find(id), id);
  }

  /** All users, deleted ones too; the newest first. For admins. */
  async findPage({ limit, cursor }: PageQuery): Promise<Page<UserView>> {
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const { data, nextCursor } = page(await this.users.findBefore(before, limit + 1), limit, ({ id }) => [
      id,
    ]);
    return { data: await this.profiles.ofAll(data), nextCursor };
  }

  /** Active users. Vendors' people count as travellers. */
  countByRole(): Promise<Record<Role, number>> {
    return this.users.countByRole();
  }

  /**
   * A new password ends every session, and access tokens issued before it are refused.
   * @throws ResourceNotFound; InvalidRequest when `currentPassword` is missing or wrong.
   */
  async update(id: string, { currentPassword, newPassword, ...details }: UpdateUser): Promise<UserView> {
    const before = found(await this.users.findById(id), id);
    const passwordHash = await this.credentials.newHash(before, currentPassword, newPassword);

    return this.change(id, async (tx) => {
      const user = await this.lock(id, tx);
      Object.assign(user, details);
      if (passwordHash !== undefined)
        await this.credentials.change(user, before.passwordHash, passwordHash, tx);
      await this.users.update(user, tx);
      return user;
    });
  }

  /** Who is not active cannot sign in, and what they were signed in with is refused for good. @throws ResourceNotFound, LastAdmin */
  setActive(id: string, isActive: boolean): Promise<UserView> {
    return this.change(id, async (tx) => {
      if (!isActive && (await this.users.isLastAdmin(id, tx))) throw new LastAdmin();
      const user = await this.lock(id, tx);
      user.isActive = isActive;
      if (!isActive) await this.credentials.signOut(user, tx);
      await this.users.update(user, tx);
      return user;
    });
  }

  /** Anonymises the user for good and ends every session. @throws ResourceNotFound, LastOwner, LastAdmin */
  async delete(id: string): Promise<void> {
    await this.change(id, async (tx) => {
      if (await this.users.isLastAdmin(id, tx)) throw new LastAdmin();
      const user = await this.lock(id, tx);
      if (await this.memberships.isLastOwner(id, tx)) throw new LastOwner();
      await this.credentials.signOut(user, tx);
      await this.users.delete(user, tx);
      return user;
    });
  }

  /** Past the cache. @returns undefined when the account is deleted: then there is nobody to write to. */
  async contactOf(id: string): Promise<UserContact | undefined> {
    const user = await this.users.findById(id);
    return user && !user.isDeleted() ? toUserContact(user) : undefined;
  }

  /** For whoever unsubscribes. Nothing happens when they had already, or are not there any more. */
  async stopReminders(id: string): Promise<void> {
    await this.transactor.run((tx) => this.users.stopReminders(id, tx));
    await this.profiles.forget(id);
  }

  /** Drops the cached profile; called after the commit of a change to the user's memberships. */
  forgetProfile(id: string): Promise<void> {
    return this.profiles.forget(id);
  }

  private async change(id: string, work: (tx: Tx) => Promise<User>): Promise<UserView> {
    const user = await this.transactor.run(work);
    await this.profiles.forget(id);
    return this.profiles.of(user);
  }

  private async lock(id: string, tx: Tx): Promise<User> {
    const user = found(await this.users.lock(id, tx), id);
    if (user.isDeleted()) throw new ResourceNotFound('user', id);
    return user;
  }
}

function found<T>(user: T | null | undefined, id: string): T {
  if (!user) throw new ResourceNotFound('user', id);
  return user;
}
