import {
  CurrentUser,
  InvalidRequest,
  MalformedRequest,
  Problems,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Body, Controller, Delete, Get, HttpCode, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserExports } from './user-exports.js';
import { ApiUserParam, UserParam } from './user-param.js';
import { UpdateUser, UserExport, UserView } from './user.dto.js';
import { LastAdmin, LastOwner } from './user.errors.js';
import { Users } from './users.service.js';

@ApiTags('users')
@ApiBearerAuth()
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly exports: UserExports,
  ) {}

  @Get('me/export')
  @ApiOperation({ summary: 'Your own data, for you to keep', description: 'Your profile and your sessions.' })
  @ApiOkResponse({ type: UserExport, description: 'Your profile, and where you are signed in' })
  @Problems(Unauthenticated)
  export(@CurrentUser() actor: Actor): Promise<UserExport> {
    return this.exports.of(actor.id);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A user', description: 'Yourself; for an admin anyone.' })
  @ApiUserParam()
  @ApiOkResponse({ type: UserView, description: 'The user' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  find(@UserParam() id: string): Promise<UserView> {
    return this.users.require(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change name, telephone number, language, time zone, reminders or password',
    description:
      'What is left out stays as it is. A new password needs the current one and signs you out everywhere, here too: sign in again.',
  })
  @ApiUserParam()
  @ApiOkResponse({ type: UserView, description: 'The user, changed' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest, MalformedRequest)
  update(@UserParam() id: string, @Body() body: UpdateUser): Promise<UserView> {
    return this.users.update(id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an account',
    description:
      'For good: name, e-mail address and telephone number are erased and every session ends; within a day the log of mail forgets the address ' +
      'too. Bookings and the books stay, without a name. ' +
      'The only owner of a vendor hands it over or has it closed first.',
  })
  @ApiUserParam()
  @ApiNoContentResponse({ description: 'Deleted' })
  @Problems(Unauthenticated, ResourceNotFound, LastOwner, LastAdmin, InvalidRequest)
  delete(@UserParam() id: string): Promise<void> {
    return this.users.delete(id);
  }
}
