import { createSecretKey, type KeyObject } from 'node:crypto';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { JwtService, type JwtModuleOptions } from '@nestjs/jwt';
import { isUUID } from 'class-validator';
import type { User } from '../user.entity.js';

const ISSUER = 'travellr';
const LIFETIME_SECONDS = 15 * 60;

/** One algorithm, named on both sides: a token cannot choose how it is checked (RFC 8725 section 3.1). */
export const ACCESS_TOKEN = {
  lifetimeSeconds: LIFETIME_SECONDS,
  sign: { algorithm: 'HS256', issuer: ISSUER, expiresIn: LIFETIME_SECONDS },
  verify: { algorithms: ['HS256'], issuer: ISSUER },
} satisfies {
  lifetimeSeconds: number;
  sign: JwtModuleOptions['signOptions'];
  verify: JwtModuleOptions['verifyOptions'];
};

/** A KeyObject: jsonwebtoken tries to read a string as a public key first, 1 ms of CPU for each request. @throws Error rather than sign with nothing. */
export function signingKey(secret: string | undefined): KeyObject {
  if (!secret) throw new Error('JWT_SECRET must be set, or generated, before the application is built');
  return createSecretKey(Buffer.from(secret));
}

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
    return this.jwt.sign({ sub: id, role, version: tokenVersion, iat: this.nowInSeconds() });
  }

  /** @returns undefined when it is not ours, has run out or lacks a claim: a good signature alone says nothing of those. */
  verify(token: string): Bearer | undefined {
    try {
      const clockTimestamp = this.nowInSeconds();
      const { sub, exp, version } = this.jwt.verify<Claims>(token, { clockTimestamp });
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
