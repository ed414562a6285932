import { createHash } from 'node:crypto';
import { ResourceNotFound } from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { isUUID } from 'class-validator';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';

const HOUR_SECONDS = 60 * 60;

interface Kind {
  /** From issue to expiry; left out for a token that stays good. */
  readonly lifetimeSeconds?: number;
  /** What must still be true of the user when the token comes back. */
  boundTo(user: User): string;
}

/** What somebody may do who was sent a token, by its purpose, and how long and as long as what. */
const KINDS = {
  'verify-email': { lifetimeSeconds: 7 * 24 * HOUR_SECONDS, boundTo: addressOf },
  // Once: a new password signs out everywhere, which raises the version.
  'reset-password': {
    lifetimeSeconds: HOUR_SECONDS,
    boundTo: (user) => `${user.tokenVersion} ${addressOf(user)}`,
  },
  // Years later too: it stands at the foot of old mails (RFC 8058).
  unsubscribe: { boundTo: () => '' },
} satisfies Record<string, Kind>;

export type AccountTokenPurpose = keyof typeof KINDS;

/** A token of ours that has not run out. */
export interface AccountToken {
  readonly userId: string;
  readonly purpose: AccountTokenPurpose;
  /** A fingerprint of what it is bound to; see {@link AccountTokens.holds}. */
  readonly bound: string;
}

interface Claims {
  readonly sub: unknown;
  readonly bound: unknown;
}

/**
 * What is sent to a user's address and proves, when it comes back, that whoever has it reads that address. Signed JWTs whose audience is
 * their purpose; nothing of them is stored. They show neither the address nor anything else of the user but the id.
 */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly users: UsersRepository,
    private readonly clock: Clock,
  ) {}

  /** Not to be logged or stored: whoever has it may do what it is for. @throws ResourceNotFound for a user who is not there, or deleted. */
  async issue(userId: string, purpose: AccountTokenPurpose): Promise<string> {
    const user = await this.users.findById(userId);
    if (!user || user.isDeleted()) throw new ResourceNotFound('user', userId);
    const { lifetimeSeconds } = KINDS[purpose] as Kind;
    return this.jwt.sign(
      { sub: userId, bound: fingerprint(user, purpose), iat: this.nowInSeconds() },
      { audience: purpose, ...(lifetimeSeconds !== undefined && { expiresIn: lifetimeSeconds }) },
    );
  }

  /** @returns undefined when it is not ours, for another purpose or has run out. Whether it {@link holds} is another question. */
  read(token: string, purpose: AccountTokenPurpose): AccountToken | undefined {
    try {
      const clockTimestamp = this.nowInSeconds();
      const { sub, bound } = this.jwt.verify<Claims>(token, { audience: purpose, clockTimestamp });
      if (!isUUID(sub) || typeof bound !== 'string') return undefined;
      return { userId: sub as string, purpose, bound };
    } catch {
      return undefined;
    }
  }

  /** Whether the user is still as when it was issued. To be asked of a locked user by whoever then changes what it is bound to. */
  holds({ purpose, bound }: AccountToken, user: User): boolean {
    return !user.isDeleted() && fingerprint(user, purpose) === bound;
  }

  private nowInSeconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

/** citext: one address in any letter case. */
function addressOf(user: User): string {
  return user.email.toLowerCase();
}

function fingerprint(user: User, purpose: AccountTokenPurpose): string {
  return createHash('sha256')
    .update((KINDS[purpose] as Kind).boundTo(user))
    .digest('base64url');
}
