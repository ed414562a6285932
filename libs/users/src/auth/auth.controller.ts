import {
  CurrentUser,
  InvalidRequest,
  MalformedRequest,
  Problems,
  Public,
  RateLimit,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { EmailTaken, InvalidCredentials, InvalidRefreshToken, InvalidToken } from '../user.errors.js';
import {
  ForgotPassword,
  Login,
  RefreshToken,
  Register,
  ResetPassword,
  SignedIn,
  VerifyEmail,
} from './auth.dto.js';
import { Auth } from './auth.service.js';
import { EmailVerification } from './email-verification.service.js';
import { PasswordResetRequests } from './password-reset-requests.js';
import { PasswordReset } from './password-reset.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: Auth,
    private readonly sessions: Sessions,
    private readonly verification: EmailVerification,
    private readonly resetRequests: PasswordResetRequests,
    private readonly passwordReset: PasswordReset,
  ) {}

  @Public()
  @RateLimit('register')
  @Post('register')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Create an account',
    description:
      'You are signed in at once, and sent a mail to verify your address with: `POST /auth/verify-email`. ' +
      'To sell, register a business afterwards: `POST /vendors`.',
  })
  @ApiCreatedResponse({ type: SignedIn, description: 'The account, and tokens for it' })
  @Problems(EmailTaken, InvalidRequest, MalformedRequest)
  register(@Body() body: Register): Promise<SignedIn> {
    return this.auth.register(body);
  }

  @Public()
  @RateLimit('login')
  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Sign in' })
  @ApiOkResponse({ type: SignedIn, description: 'The account, and tokens for it' })
  @Problems(InvalidCredentials, InvalidRequest, MalformedRequest)
  login(@Body() body: Login): Promise<SignedIn> {
    return this.auth.login(body);
  }

  @Public()
  @RateLimit('refresh')
  @Post('refresh')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token works once. One that comes back after it was exchanged has been stolen or copied: the whole sign-in is revoked.',
  })
  @ApiOkResponse({ type: SignedIn, description: 'The account, and new tokens for it' })
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

  @Public()
  @RateLimit('mailedToken')
  @Post('verify-email')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Verify your e-mail address',
    description: 'With the token of the mail that was sent there. Verifying again changes nothing.',
  })
  @ApiNoContentResponse({ description: 'Verified, or was already' })
  @Problems(InvalidToken, InvalidRequest, MalformedRequest)
  verifyEmail(@Body() { token }: VerifyEmail): Promise<void> {
    return this.verification.verify(token);
  }

  @RateLimit('mailToMyself')
  @Post('resend-verification')
  @HttpCode(202)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Ask for another mail to verify your address with',
    description: 'Nothing is sent when it is verified already. Earlier mails stay good.',
  })
  @ApiAcceptedResponse({ description: 'The mail is on its way' })
  @Problems(Unauthenticated)
  resendVerification(@CurrentUser() actor: Actor): Promise<void> {
    return this.verification.resend(actor.id);
  }

  @Public()
  @RateLimit('mailToAnyone')
  @Post('forgot-password')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Ask for a mail to choose a new password with',
    description: 'Answers the same whether or not there is an account with this address.',
  })
  @ApiAcceptedResponse({
    description: 'If there is an open account with this address, the mail is on its way',
  })
  @Problems(InvalidRequest, MalformedRequest)
  forgotPassword(@Body() { email }: ForgotPassword): Promise<void> {
    return this.resetRequests.request(email);
  }

  @Public()
  @RateLimit('mailedToken')
  @Post('reset-password')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Choose a new password',
    description:
      'With the token of the mail that you asked for, which works once. You are signed out everywhere: sign in with the new password.',
  })
  @ApiNoContentResponse({ description: 'Changed' })
  @Problems(InvalidToken, InvalidRequest, MalformedRequest)
  resetPassword(@Body() { token, password }: ResetPassword): Promise<void> {
    return this.passwordReset.reset(token, password);
  }
}
