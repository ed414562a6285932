import {
  applyDecorators,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { InvalidRequest } from './http.errors.js';

const ANY_QUERY = 'travellr:any-query';

/** How Nest files a parameter marked `@Query()`: by kind and index. */
const QUERY_PARAMETER = `${RouteParamtypes.QUERY}:`;

/** Lets a route, or every route of a controller, be called with a query that it overlooks: for callers whose URL others compose. */
export const AnyQuery = () =>
  applyDecorators(SetMetadata(ANY_QUERY, true), ApiExtension('x-any-query', true));

/** A route that takes no query refuses one, as a route that takes one refuses what it does not know: a misspelt filter is no filter. */
@Injectable()
export class QueryGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { query } = context.switchToHttp().getRequest<{ query: object }>();
    const unknown = Object.keys(query);
    if (unknown.length === 0 || this.takesQuery(context)) return true;
    throw new InvalidRequest(
      unknown.map((field) => ({ field, message: `property ${field} should not exist` })),
    );
  }

  private takesQuery(context: ExecutionContext): boolean {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {}) as object;
    return (
      Object.keys(parameters).some((key) => key.startsWith(QUERY_PARAMETER)) ||
      this.reflector.getAllAndOverride<boolean | undefined>(ANY_QUERY, [handler, controller]) === true
    );
  }
}
