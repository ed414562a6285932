import {
  CurrentUser,
  InvalidRequest,
  MalformedRequest,
  Problems,
  Public,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { EmailTaken, InvalidCredentials, InvalidRefreshToken } from '../user.errors.js';
import { Login, RefreshToken, Register, SignedIn } from './auth.dto.js';
import { Auth } from './auth.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: Auth,
    private readonly sessions: Sessions,
  ) {}

  @Public()
  @Post('register')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Create an account',
    description: 'You are signed in at once. To sell, register a business afterwards: `POST /vendors`.',
  })
  @ApiCreatedResponse({ type: SignedIn })
  @Problems(EmailTaken, InvalidRequest, MalformedRequest)
  register(@Body() body: Register): Promise<SignedIn> {
    return this.auth.register(body);
  }

  @Public()
  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Sign in' })
  @ApiOkResponse({ type: SignedIn })
  @Problems(InvalidCredentials, InvalidRequest, MalformedRequest)
  login(@Body() body: Login): Promise<SignedIn> {
    return this.auth.login(body);
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token works once. One that comes back after it was exchanged has been stolen or copied: the whole sign-in is revoked.',
  })
  @ApiOkResponse({ type: SignedIn })
  @Problems(InvalidRefreshToken, InvalidRequest, MalformedRequest)
  refresh(@Body() { refreshToken }: RefreshToken): Promise<SignedIn> {
    return this.sessions.refresh(refreshToken);
  }

  @Post('logout')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Sign out',
    description:
      'Ends the sign-in that the refresh token belongs to; others of yours stay. The access token runs out by itself, within 15 minutes.',
  })
  @ApiNoContentResponse({ description: 'Signed out, or was already' })
  @Problems(Unauthenticated, InvalidRequest, MalformedRequest)
  async logout(@CurrentUser() actor: Actor, @Body() { refreshToken }: RefreshToken): Promise<void> {
    await this.sessions.end(actor.id, refreshToken);
  }
}
