import { createSecretKey, type KeyObject } from 'node:crypto';
import type { JwtModuleOptions } from '@nestjs/jwt';

const ISSUER = 'travellr';

/**
 * How our JWTs (RFC 7519) are signed. One algorithm, named on both sides: a token cannot choose how it is checked (RFC 8725 section 3.1).
 * Each kind of token names its audience when it is signed and when it is read, so that none passes for another (section 3.12).
 */
export const SIGNATURE = {
  sign: { algorithm: 'HS256', issuer: ISSUER },
  verify: { algorithms: ['HS256'], issuer: ISSUER },
} satisfies {
  sign: JwtModuleOptions['signOptions'];
  verify: JwtModuleOptions['verifyOptions'];
};

/** A KeyObject: jsonwebtoken tries to read a string as a public key first, 1 ms of CPU for each request. @throws Error rather than sign with nothing. */
export function signingKey(secret: string | undefined): KeyObject {
  if (!secret) throw new Error('JWT_SECRET must be set, or generated, before the application is built');
  return createSecretKey(Buffer.from(secret));
}
