import { CONFIG, type Config } from '@app/config';
import { AccountTokens } from '@app/users';
import { Inject, Injectable } from '@nestjs/common';

/** Addresses that stand in mails. */
@Injectable()
export class Links {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly tokens: AccountTokens,
  ) {}

  /** A page of the platform's website, which hands the token to the API. */
  invitation(token: string, page: 'verify-email' | 'reset-password'): { url: string; token: string } {
    const base = this.config.http.publicUrl ?? `http://localhost:${this.config.http.port}`;
    return { url: `${trimmed(base)}/${page}?token=${token}`, token };
  }

  /** Undefined when nobody could reach it. */
  async unsubscribe(userId: string): Promise<string | undefined> {
    const { publicUrl } = this.config.http;
    if (publicUrl === undefined) return undefined;
    return `${trimmed(publicUrl)}/api/v1/unsubscribe?token=${await this.tokens.issue(userId, 'unsubscribe')}`;
  }
}

const trimmed = (url: string) => url.replace(/\/+$/, '');
