import { randomBytes } from 'node:crypto';

/** Between the 24 and 64 bytes that Standard Webhooks asks for, written as it says: https://www.standardwebhooks.com */
const SECRET_BYTES = 32;

export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
