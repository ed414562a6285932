import { createHash, randomBytes } from 'node:crypto';
import { Transactor, type Tx } from '@app/database';
import { Clock, newId } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { UserProfiles } from '../user-profiles.js';
import type { User } from '../user.entity.js';
import { InvalidRefreshToken } from '../user.errors.js';
import { UsersRepository } from '../users.repository.js';
import { ACCESS_TOKEN, AccessTokens } from './access-tokens.js';
import type { SignedIn } from './auth.dto.js';
import { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** From one use of a refresh token to the next. */
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Refresh token rotation with reuse detection (RFC 9700 section 4.14.2): a token that comes back after it was replaced is in two
 * hands, one of them a thief's, so its whole family is revoked.
 */
@Injectable()
export class Sessions {
  private readonly logger = new Logger(Sessions.name);

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly profiles: UserProfiles,
    private readonly tokens: AccessTokens,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @param user locked, or made, in `tx`. @param family left out for a new sign-in. @returns the refresh token, kept nowhere else. */
  async open(user: User, tx: Tx, family = newId()): Promise<string> {
    const refreshToken = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const session = Object.assign(new Session(), {
      id: newId(),
      userId: user.id,
      family,
      refreshTokenHash: hashOf(refreshToken),
      expiresAt: new Date(now.getTime() + LIFETIME_MS),
      revokedAt: null,
      createdAt: now,
    });
    await this.sessions.save(session, tx);
    return refreshToken;
  }

  /** The answer to whoever has signed in. To be called after the commit of {@link open}. */
  async welcome(user: User, refreshToken: string): Promise<SignedIn> {
    return {
      user: await this.profiles.of(user),
      accessToken: this.tokens.issue(user),
      refreshToken,
      expiresIn: ACCESS_TOKEN.lifetimeSeconds,
    };
  }

  /** Replaces a refresh token. @throws InvalidRefreshToken */
  async refresh(refreshToken: string): Promise<SignedIn> {
    const session = await this.sessions.findByTokenHash(hashOf(refreshToken));
    if (!session) throw new InvalidRefreshToken();
    const next = await this.transactor.run(async (tx) => {
      const user = await this.users.lockShared(session.userId, tx);
      if (!user?.isActive || !(await this.sessions.revoke(session.id, tx))) return undefined;
      return { user, refreshToken: await this.open(user, tx, session.family) };
    });
    if (next) return this.welcome(next.user, next.refreshToken);

    if ((await this.revokeFamily(session)) > 0) {
      this.logger.warn(
        `a replaced refresh token of user ${session.userId} came back: that sign-in was revoked`,
      );
    }
    throw new InvalidRefreshToken();
  }

  /** Ends the sign-in that the token belongs to. Someone else's token, or an unknown one, changes nothing. */
  async end(userId: string, refreshToken: string): Promise<void> {
    const session = await this.sessions.findByTokenHash(hashOf(refreshToken));
    if (session?.userId === userId) await this.revokeFamily(session);
  }

  private revokeFamily({ userId, family }: Session): Promise<number> {
    return this.transactor.run(async (tx) => {
      await this.users.lock(userId, tx);
      return this.sessions.revokeFamily(family, tx);
    });
  }
}

function hashOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('base64url');
}
