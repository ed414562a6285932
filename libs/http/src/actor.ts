import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export type Role = 'traveller' | 'admin';

/** Who sends the request. Vendor rights are not here: they are read from our own rows, for the vendor in question. */
export interface Actor {
  readonly id: string;
  readonly role: Role;
}

/** Turns a bearer token into an {@link Actor}. Implemented by the users module, so that this one knows of no tokens. */
export abstract class Authenticator {
  /** Undefined when the token is not ours, has run out, or its user is no longer active. */
  abstract authenticate(token: string): Promise<Actor | undefined>;
}

export const PUBLIC = 'travellr:public';
export const ROLES = 'travellr:roles';

/** Opens a route, or every route of a controller, to everyone; all others need a token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));

/** Closes a route, or every route of a controller, to all other roles: 403. */
export const Roles = (...roles: Role[]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));

/** The {@link Actor} of the request; undefined on a public route that was called without a token. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor | undefined =>
    context.switchToHttp().getRequest<{ actor?: Actor }>().actor,
);
