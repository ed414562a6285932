import { CONFIG, type Config } from '@app/config';
import { Authenticator } from '@app/http';
import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdminAccount } from './admin-account.js';
import { AccessTokens } from './auth/access-tokens.js';
import { AccountTokens } from './auth/account-tokens.js';
import { AuthController } from './auth/auth.controller.js';
import { Auth } from './auth/auth.service.js';
import { Credentials } from './auth/credentials.js';
import { EmailVerification } from './auth/email-verification.service.js';
import { JwtAuthenticator } from './auth/jwt-authenticator.js';
import { PasswordResetRequests } from './auth/password-reset-requests.js';
import { PasswordReset } from './auth/password-reset.service.js';
import { Passwords } from './auth/passwords.js';
import { SessionPurge } from './auth/session-purge.js';
import { Session } from './auth/session.entity.js';
import { SessionsRepository } from './auth/sessions.repository.js';
import { Sessions } from './auth/sessions.service.js';
import { SIGNATURE, signingKey } from './auth/signature.js';
import { UserExports } from './user-exports.js';
import { UserProfiles } from './user-profiles.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { Users } from './users.service.js';

/** Global for the sake of the {@link Authenticator}, a port of the http module. Needs `Memberships` from whoever knows the vendors. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([User, Session]),
    JwtModule.registerAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        secret: signingKey(config.jwtSecret),
        signOptions: SIGNATURE.sign,
        verifyOptions: SIGNATURE.verify,
      }),
    }),
  ],
  controllers: [AuthController, UsersController],
  providers: [
    AccessTokens,
    AccountTokens,
    AdminAccount,
    Auth,
    Credentials,
    EmailVerification,
    PasswordReset,
    PasswordResetRequests,
    Passwords,
    SessionPurge,
    Sessions,
    SessionsRepository,
    UserExports,
    UserProfiles,
    Users,
    UsersRepository,
    { provide: Authenticator, useClass: JwtAuthenticator },
  ],
  exports: [AccountTokens, Authenticator, Users],
})
export class UsersModule {}
