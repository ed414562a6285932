import { Authenticator, type Actor } from '@app/http';
import { Injectable } from '@nestjs/common';
import { UserProfiles } from '../user-profiles.js';
import { AccessTokens } from './access-tokens.js';

/**
 * A token proves who somebody was when it was signed; that they are still active, their role, and that they have not been signed out
 * everywhere since, is read from the profile. A token newer than a cached profile is good: it is the profile that is old.
 */
@Injectable()
export class JwtAuthenticator extends Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly profiles: UserProfiles,
  ) {
    super();
  }

  async authenticate(token: string): Promise<Actor | undefined> {
    const bearer = this.tokens.verify(token);
    if (!bearer) return undefined;
    const profile = await this.profiles.find(bearer.userId);
    if (!profile?.view.isActive || bearer.version < profile.tokenVersion) return undefined;
    const { id, role } = profile.view;
    return { id, role: role === 'admin' ? 'admin' : 'traveller' };
  }
}
