import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify, type Algorithm, type Options } from '@node-rs/argon2';

const ARGON2ID: Algorithm.Argon2id = 2;

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const OPTIONS: Options = {
  algorithm: ARGON2ID,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
};

@Injectable()
export class Passwords {
  /** What a password is compared with when there is no account, so that the answer takes as long as if there were one. */
  private readonly nobodys = this.hash(randomBytes(32));

  hash(password: string | Buffer): Promise<string> {
    return hash(password, OPTIONS);
  }

  /** @param passwordHash undefined when there is none: the same work, and always false. */
  async verify(password: string, passwordHash: string | undefined): Promise<boolean> {
    const matches = await verify(passwordHash || (await this.nobodys), password);
    return matches && Boolean(passwordHash);
  }
}
