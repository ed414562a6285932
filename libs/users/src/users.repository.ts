import type { Tx } from '@app/database';
import type { Role } from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository, type FindOptionsWhere } from 'typeorm';
import { User } from './user.entity.js';

@Injectable()
export class UsersRepository {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly clock: Clock,
  ) {}

  /** Stores a new user. @throws QueryFailedError on `users_email_key` when the e-mail is taken, in any letter case. */
  async save(user: User, tx: Tx): Promise<void> {
    await tx.insert(User, user);
  }

  findById(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ email });
  }

  /** The newest first. @param page counts from 1. */
  findAll({ page, limit }: { page: number; limit: number }): Promise<User[]> {
    return this.users.find({ order: { id: 'DESC' }, skip: (page - 1) * limit, take: limit });
  }

  /** The newest first, beginning after the user `before`. */
  findBefore(before: string | undefined, limit: number): Promise<User[]> {
    return this.users.find({
      where: before === undefined ? {} : { id: LessThan(before) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Writes back a user that {@link lock} returned. */
  async update(user: User, tx: Tx): Promise<void> {
    user.updatedAt = this.clock.now();
    await tx.update(User, user.id, user);
  }

  /** Anonymises a user that {@link lock} returned: the row stays for whatever points at it. */
  async delete(user: User, tx: Tx): Promise<void> {
    user.anonymise();
    await this.update(user, tx);
  }

  /** Of any number who try at once, one changes it. */
  async stopReminders(id: string, tx: Tx): Promise<void> {
    await tx.update(User, { id, reminders: true }, { reminders: false, updatedAt: this.clock.now() });
  }

  exists(where: FindOptionsWhere<User>): Promise<boolean> {
    return this.users.existsBy(where);
  }

  /** Keeps others from changing the user, or from opening a session for them, until `tx` ends. */
  lock(id: string, tx: Tx): Promise<User | null> {
    return tx.findOne(User, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /**
   * Whether no other admin is active. An admin's answer holds until `tx` ends. To be asked before the user is locked: it locks all
   * active admins, by id, so that those who leave at once do so one after the other.
   */
  async isLastAdmin(id: string, tx: Tx): Promise<boolean> {
    const active = { role: 'admin', isActive: true } as const;
    if (!(await tx.existsBy(User, { id, ...active }))) return false;
    const admins = await tx.find(User, {
      where: active,
      order: { id: 'ASC' },
      lock: { mode: 'for_no_key_update' },
    });
    return admins.every((admin) => admin.id === id);
  }

  /** Keeps the user as it is until `tx` ends. Any number of holders at once. */
  lockShared(id: string, tx: Tx): Promise<User | null> {
    return tx.findOne(User, { where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  /** Active users only. */
  async countByRole(): Promise<Record<Role, number>> {
    const counts = await this.users
      .createQueryBuilder('user')
      .select('user.role', 'role')
      .addSelect('count(*)::int', 'count')
      .where('user.isActive')
      .groupBy('user.role')
      .getRawMany<{ role: Role; count: number }>();
    return { traveller: 0, admin: 0, ...Object.fromEntries(counts.map(({ role, count }) => [role, count])) };
  }
}
