import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { isUUID } from 'class-validator';
import type { User } from '../user.entity.js';

export const ACCESS_TOKEN = { audience: 'api', lifetimeSeconds: 15 * 60 } as const;

interface Claims {
  readonly sub: unknown;
  readonly exp?: number;
  readonly version: unknown;
}

/** What a token proves: whose it is, and the {@link User.tokenVersion} it was issued under. */
export interface Bearer {
  readonly userId: string;
  readonly version: number;
}

interface Verified {
  readonly bearer: Bearer;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** So many clients at once cost a process the check of a signature only once for each token. 1 MB of memory. */
const REMEMBERED = 2_000;

/** Signed JWTs (RFC 7519) with the claims `sub`, the user's id, `role` and `version`. */
@Injectable()
export class AccessTokens {
  /** Tokens that were found good, the oldest first: until they run out, nothing can make them say anything else. */
  private readonly verified = new Map<string, Verified>();

  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {}

  issue({ id, role, tokenVersion }: Pick<User, 'id' | 'role' | 'tokenVersion'>): string {
    return this.jwt.sign(
      { sub: id, role, version: tokenVersion, iat: this.nowInSeconds() },
      { audience: ACCESS_TOKEN.audience, expiresIn: ACCESS_TOKEN.lifetimeSeconds },
    );
  }

  /** @returns undefined when it is not ours, has run out or lacks a claim: a good signature alone says nothing of those. */
  verify(token: string): Bearer | undefined {
    const known = this.verified.get(token);
    if (known) return known.expiresAt > this.nowInSeconds() ? known.bearer : undefined;
    try {
      const expected = { audience: ACCESS_TOKEN.audience, clockTimestamp: this.nowInSeconds() };
      const { sub, exp, version } = this.jwt.verify<Claims>(token, expected);
      if (exp === undefined || !isUUID(sub) || !Number.isInteger(version)) return undefined;
      const bearer = { userId: sub as string, version: version as number };
      this.remember(token, { bearer, expiresAt: exp });
      return bearer;
    } catch {
      return undefined;
    }
  }

  private remember(token: string, verified: Verified): void {
    if (this.verified.size >= REMEMBERED) this.verified.delete(this.verified.keys().next().value as string);
    this.verified.set(token, verified);
  }

  private nowInSeconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}
