import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { countedFor, type Asking } from './counted-by.js';
import { LIMITS, type Limit, type LimitName } from './limits.js';
import { RateLimited } from './rate-limit.errors.js';
import { RATE_LIMIT } from './rate-limit.js';

interface Count {
  readonly limit: Limit;
  readonly hits: number;
  readonly resetSeconds: number;
}

/**
 * Counts a request once it is known who sends it, and refuses it past a limit of its route. Every answer shows the limit that is nearest, in
 * the fields of draft-ietf-httpapi-ratelimit-headers-06.
 */
@Injectable()
export class RateLimiter extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(options, storage, reflector);
  }

  protected override shouldSkip(): Promise<boolean> {
    return Promise.resolve(!this.config.rateLimit.enabled);
  }

  /** @throws RateLimited */
  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const name = this.limitsOf(context);
    let nearest: Count | undefined;
    for (const limit of LIMITS[name](this.config.rateLimit)) {
      const count = await this.count(name, limit, http.getRequest<Asking>());
      if (!count) continue;
      if (!nearest || left(count) < left(nearest)) show((nearest = count), reply);
      if (count.hits > limit.most) throw new RateLimited(limit.most, limit.withinMs, count.resetSeconds);
    }
    return true;
  }

  private limitsOf(context: ExecutionContext): LimitName {
    return this.reflector.get<LimitName | undefined>(RATE_LIMIT, context.getHandler()) ?? 'requests';
  }

  private async count(name: LimitName, limit: Limit, request: Asking): Promise<Count | undefined> {
    const whom = countedFor(limit.by, request);
    if (whom === undefined) return undefined;
    const { totalHits, timeToExpire } = await this.storageService.increment(
      `${name}:${limit.by}:${whom}`,
      limit.withinMs,
      limit.most,
      limit.withinMs,
      name,
    );
    return { limit, hits: totalHits, resetSeconds: timeToExpire };
  }
}

const left = ({ limit, hits }: Count): number => Math.max(0, limit.most - hits);

function show(count: Count, reply: FastifyReply): void {
  void reply.header('ratelimit-limit', count.limit.most);
  void reply.header('ratelimit-remaining', left(count));
  void reply.header('ratelimit-reset', count.resetSeconds);
}
