import { AccountTokens } from '@app/users';
import { Injectable } from '@nestjs/common';
import { Links } from './links.js';
import type { Gatherers } from './material.js';
import { Moot } from './moot.js';

type Kinds = 'verify-email' | 'reset-password' | 'password-changed';

/** What people are told of their own account. Tokens are issued as the letter is written, and stand nowhere else. */
@Injectable()
export class AccountLetters {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly links: Links,
  ) {}

  readonly gatherers: Gatherers<Kinds> = {
    'verify-email': async ({ userId }, contact) => {
      if (!contact?.isActive) return closed();
      if (contact.emailVerifiedAt) return new Moot('the address is verified');
      return {
        facts: this.links.invitation(await this.tokens.issue(userId, 'verify-email'), 'verify-email'),
      };
    },

    'reset-password': async ({ userId }, contact) => {
      if (!contact?.isActive) return closed();
      const token = await this.tokens.issue(userId, 'reset-password');
      return { facts: this.links.invitation(token, 'reset-password') };
    },

    'password-changed': async ({ facts }, contact) =>
      contact ? { facts: { changedAt: new Date(facts.changedAt) } } : closed(),
  };
}

const closed = () => new Moot('the account is closed');
