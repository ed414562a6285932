import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { Idempotency } from './idempotency.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { RequestValidation } from './request-validation.js';

/** What every route of the API has in common. Needs an `Authenticator` from whoever knows the users. */
@Global()
@Module({
  imports: [RateLimitsModule],
  providers: [
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: QueryGuard },
    { provide: APP_PIPE, useClass: RequestValidation },
    { provide: APP_FILTER, useClass: ProblemFilter },
    Idempotency,
  ],
  exports: [Idempotency],
})
export class HttpModule {}
