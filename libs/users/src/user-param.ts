import { InvalidRequest, ResourceNotFound, type Actor } from '@app/http';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { isUUID } from 'class-validator';

/**
 * The id of the user that `:id` means: `me`, one's own id, or for an admin anyone's.
 * @throws ResourceNotFound for someone else's; InvalidRequest when it is neither `me` nor a UUID.
 */
export const UserParam = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<{ actor: Actor; params: { id: string } }>();
  return userIdFor(request.actor, request.params.id);
});

export function userIdFor(actor: Actor, param: string): string {
  if (param === 'me') return actor.id;
  if (!isUUID(param)) throw InvalidRequest.field('id', 'must be a UUID, or "me"');
  const id = param.toLowerCase();
  if (id !== actor.id && actor.role !== 'admin') throw new ResourceNotFound('user', id);
  return id;
}

/** Documents a path parameter that {@link UserParam} reads. */
export const ApiUserParam = () =>
  applyDecorators(
    ApiParam({
      name: 'id',
      type: String,
      description: "`me`, your own id, or for an admin anyone's",
      example: 'me',
    }),
  );
