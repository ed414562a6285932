import { Transactor } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserProfiles } from '../user-profiles.js';
import { InvalidToken } from '../user.errors.js';
import { UsersRepository } from '../users.repository.js';
import { AccountTokens } from './account-tokens.js';
import { Credentials } from './credentials.js';

/** A new password for whoever has the token that was sent to the account's address. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly users: UsersRepository,
    private readonly profiles: UserProfiles,
    private readonly tokens: AccountTokens,
    private readonly credentials: Credentials,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Of any number who use a token at once, one succeeds. Ends every session, and shows the address to be theirs. @throws InvalidToken */
  async reset(token: string, password: string): Promise<void> {
    const proof = this.tokens.read(token, 'reset-password');
    if (!proof) throw new InvalidToken();
    const passwordHash = await this.credentials.hash(password);
    await this.transactor.run(async (tx) => {
      const user = await this.users.lock(proof.userId, tx);
      if (!user?.isActive || !this.tokens.holds(proof, user)) throw new InvalidToken();
      await this.credentials.replace(user, passwordHash, tx);
      user.emailVerifiedAt ??= this.clock.now();
      await this.users.update(user, tx);
    });
    await this.profiles.forget(proof.userId);
  }
}
