import { CacheService } from '@app/cache';
import { Worker } from '@app/events';
import { Unavailable } from '@app/http';
import { Inject, Injectable, Optional, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';

const PING_TIMEOUT_MS = 2_000;

/** What a process is there for: one that is there to work is of no use without its worker; an API with an ailing one can still serve. */
export type Purpose = 'api' | 'worker';
export const PURPOSE = Symbol('purpose');

/** Whether this process can do what it is there for. */
@Injectable()
export class Readiness {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: TypeOrmHealthIndicator,
    @Inject(PURPOSE) private readonly purpose: Purpose,
    private readonly cache: CacheService,
    @Optional() private readonly worker?: Worker,
  ) {}

  /** @throws Unavailable naming what does not work. */
  async check(): Promise<HealthCheckResult> {
    const { worker } = this;
    try {
      return await this.health.check([
        () => this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS }),
        () => this.checkCache(),
        ...(worker ? [() => this.checkWorker(worker)] : []),
      ]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { error: down } = error.getResponse() as HealthCheckResult;
      throw new Unavailable(
        `not ready: ${
          Object.entries(down ?? {})
            .map(told)
            .join(', ') || 'stopping'
        }`,
      );
    }
  }

  /** Whatever is done through the cache can be done without it, only slower. */
  private checkCache(): HealthIndicatorResult {
    const indicator = this.indicators.check('cache');
    return this.cache.isReachable ? indicator.up() : indicator.degraded();
  }

  private checkWorker(worker: Worker): HealthIndicatorResult {
    const failing = worker.failing();
    const indicator = this.indicators.check('worker');
    if (failing.length === 0) return indicator.up();
    return this.purpose === 'worker' ? indicator.down({ failing }) : indicator.degraded({ failing });
  }
}

/** What a driver says of the database, its address for one, is not for everyone to read. */
const told = ([part, found]: [string, Readonly<Record<string, unknown>> | undefined]): string =>
  Array.isArray(found?.failing) ? `${part} (${found.failing.join(', ')})` : part;
