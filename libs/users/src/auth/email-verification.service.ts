import { Transactor } from '@app/database';
import { EmailVerificationRequested } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UserProfiles } from '../user-profiles.js';
import { InvalidToken } from '../user.errors.js';
import { UsersRepository } from '../users.repository.js';
import { AccountTokens } from './account-tokens.js';

/** Whether an address is the user's own: whoever has the token that was sent there reads it. */
@Injectable()
export class EmailVerification {
  constructor(
    private readonly users: UsersRepository,
    private readonly profiles: UserProfiles,
    private readonly tokens: AccountTokens,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Nothing is sent for an address that is verified. */
  async resend(userId: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      const user = await this.users.lock(userId, tx);
      if (!user || user.isDeleted() || user.emailVerifiedAt) return;
      await this.events.publish(new EmailVerificationRequested({ userId }), tx);
    });
  }

  /** Again changes nothing: links are clicked twice, and programs that look for viruses click them first. @throws InvalidToken */
  async verify(token: string): Promise<void> {
    const proof = this.tokens.read(token, 'verify-email');
    if (!proof) throw new InvalidToken();
    await this.transactor.run(async (tx) => {
      const user = await this.users.lock(proof.userId, tx);
      if (!user || !this.tokens.holds(proof, user)) throw new InvalidToken();
      if (user.emailVerifiedAt) return;
      user.emailVerifiedAt = this.clock.now();
      await this.users.update(user, tx);
    });
    await this.profiles.forget(proof.userId);
  }
}
