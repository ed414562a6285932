import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Authenticator, PUBLIC, ROLES, type Actor, type Role } from './actor.js';
import { Forbidden, Unauthenticated } from './http.errors.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';

interface AuthenticatedRequest {
  headers: { authorization?: string };
  actor?: Actor;
}

/**
 * Every route asks for a bearer token (RFC 6750) unless it is marked `@Public()`. A public route knows who sends a good token and
 * overlooks a bad one: a client whose token has run out must still be able to refresh it. Between who asks and whether he may comes whether
 * he asks too often.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly rateLimiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const header = request.headers.authorization;
    request.actor = header === undefined ? undefined : await this.identify(header);
    await this.rateLimiter.canActivate(context);
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;

    if (!request.actor) {
      throw new Unauthenticated(
        header === undefined
          ? 'send an access token: "Authorization: Bearer <accessToken>"'
          : 'the access token is not valid or has run out: sign in or refresh it',
      );
    }
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, targets);
    if (roles && !roles.includes(request.actor.role))
      throw new Forbidden(`this needs the role ${roles.join(' or ')}`);
    return true;
  }

  private async identify(header: string): Promise<Actor | undefined> {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
    return token === undefined ? undefined : this.authenticator.authenticate(token);
  }
}
