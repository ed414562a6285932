import { Transactor, violates } from '@app/database';
import { UserRegistered } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { newUser } from '../new-user.js';
import { EmailTaken, InvalidCredentials } from '../user.errors.js';
import { UsersRepository } from '../users.repository.js';
import type { Login, Register, SignedIn } from './auth.dto.js';
import { Passwords } from './passwords.js';
import { Sessions } from './sessions.service.js';

/** The two ways in: a new account, or the password of an old one. */
@Injectable()
export class Auth {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Everybody starts as a traveller. @throws EmailTaken */
  async register({ password, ...details }: Register): Promise<SignedIn> {
    const passwordHash = await this.passwords.hash(password);
    const user = newUser({ ...details, role: 'traveller', passwordHash }, this.clock.now());
    const refreshToken = await this.transactor
      .run(async (tx) => {
        await this.users.save(user, tx);
        await this.events.publish(new UserRegistered({ userId: user.id }), tx);
        return this.sessions.open(user, tx);
      })
      .catch((error: unknown) => {
        throw violates(error, 'users_email_key') ? new EmailTaken() : error;
      });
    return this.sessions.welcome(user, refreshToken);
  }

  /** As long for an unknown address as for a wrong password. @throws InvalidCredentials */
  async login({ email, password }: Login): Promise<SignedIn> {
    const known = await this.users.findByEmail(email);
    const matches = await this.passwords.verify(password, known?.passwordHash);
    if (!known || !matches) throw new InvalidCredentials();

    const opened = await this.transactor.run(async (tx) => {
      const user = await this.users.lockShared(known.id, tx);
      if (!user?.isActive || user.passwordHash !== known.passwordHash) throw new InvalidCredentials();
      return { user, refreshToken: await this.sessions.open(user, tx) };
    });
    return this.sessions.welcome(opened.user, opened.refreshToken);
  }
}
