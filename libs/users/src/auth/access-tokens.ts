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

/** Signed JWTs (RFC 7519) with the claims `sub`, the user's id, `role` and `version`. */
@Injectable()
export class AccessTokens {
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
    try {
      const expected = { audience: ACCESS_TOKEN.audience, clockTimestamp: this.nowInSeconds() };
      const { sub, exp, version } = this.jwt.verify<Claims>(token, expected);
      const isWhole = exp !== undefined && isUUID(sub) && Number.isInteger(version);
      return isWhole ? { userId: sub as string, version: version as number } : undefined;
    } catch {
      return undefined;
    }
  }

  private nowInSeconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}
