import type { Tx } from '@app/database';
import { PasswordChanged } from '@app/events';
import { InvalidRequest } from '@app/http';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { User } from '../user.entity.js';
import { Passwords } from './passwords.js';
import { SessionsRepository } from './sessions.repository.js';

/** The password of an account, and what comes of changing it. The user handed over with a `tx` is locked in it, and stored by the caller. */
@Injectable()
export class Credentials {
  constructor(
    private readonly passwords: Passwords,
    private readonly sessions: SessionsRepository,
    private readonly events: EventBus,
  ) {}

  /**
   * For somebody who knows the present password. Takes its time, so never inside a transaction.
   * @returns undefined when neither is given. @throws InvalidRequest when one is missing, or `current` is wrong.
   */
  async newHash(user: User, current?: string, next?: string): Promise<string | undefined> {
    if (current === undefined && next === undefined) return undefined;
    if (next === undefined) throw InvalidRequest.field('newPassword', 'must come with currentPassword');
    if (current === undefined) throw InvalidRequest.field('currentPassword', 'must come with newPassword');
    if (!(await this.passwords.verify(current, user.passwordHash))) throw wrongPassword();
    return this.passwords.hash(next);
  }

  /** Takes its time, too. */
  hash(password: string): Promise<string> {
    return this.passwords.hash(password);
  }

  /** Puts a hash in the place of `before`, unless another has taken that meanwhile. @throws InvalidRequest */
  async change(user: User, before: string, passwordHash: string, tx: Tx): Promise<void> {
    if (user.passwordHash !== before) throw wrongPassword();
    await this.replace(user, passwordHash, tx);
  }

  /** Ends every session, and tells the user: if it was not they, they should know. */
  async replace(user: User, passwordHash: string, tx: Tx): Promise<void> {
    user.passwordHash = passwordHash;
    await this.signOut(user, tx);
    await this.events.publish(new PasswordChanged({ userId: user.id }), tx);
  }

  /** Everywhere: by refresh token at once, and by access token as soon as the user is stored. */
  async signOut(user: User, tx: Tx): Promise<void> {
    user.tokenVersion += 1;
    await this.sessions.revokeUser(user.id, tx);
  }
}

const wrongPassword = () => InvalidRequest.field('currentPassword', 'is not the password of this account');
