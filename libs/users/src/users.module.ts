import { CONFIG, type Config } from '@app/config';
import { Authenticator } from '@app/http';
import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdminAccount } from './admin-account.js';
import { ACCESS_TOKEN, AccessTokens, signingKey } from './auth/access-tokens.js';
import { AuthController } from './auth/auth.controller.js';
import { Auth } from './auth/auth.service.js';
import { JwtAuthenticator } from './auth/jwt-authenticator.js';
import { Passwords } from './auth/passwords.js';
import { Session } from './auth/session.entity.js';
import { SessionsRepository } from './auth/sessions.repository.js';
import { Sessions } from './auth/sessions.service.js';
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
        signOptions: ACCESS_TOKEN.sign,
        verifyOptions: ACCESS_TOKEN.verify,
      }),
    }),
  ],
  controllers: [AuthController, UsersController],
  providers: [
    AccessTokens,
    AdminAccount,
    Auth,
    Passwords,
    Sessions,
    SessionsRepository,
    UserProfiles,
    Users,
    UsersRepository,
    { provide: Authenticator, useClass: JwtAuthenticator },
  ],
  exports: [Authenticator, Users],
})
export class UsersModule {}
