import { CacheService } from '@app/cache';
import { Worker } from '@app/events';
import { Unavailable } from '@app/http';
import { Test } from '@nestjs/testing';
import { TerminusModule, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { PURPOSE, Readiness, type Purpose } from './readiness.js';

async function readiness(
  purpose: Purpose,
  { failing = [] as string[], database = 'up', isReachable = true } = {},
) {
  const module = await Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false })],
    providers: [
      Readiness,
      { provide: PURPOSE, useValue: purpose },
      { provide: CacheService, useValue: { isReachable } },
      { provide: Worker, useValue: { failing: () => failing } },
    ],
  })
    .overrideProvider(TypeOrmHealthIndicator)
    .useValue({ pingCheck: async () => ({ database: { status: database } }) })
    .compile();
  return module.get(Readiness).check();
}

describe('readiness', () => {
  it.each(['api', 'worker'] as const)('is given where all works: %s', async (purpose) => {
    await expect(readiness(purpose)).resolves.toMatchObject({
      status: 'ok',
      details: { database: { status: 'up' }, cache: { status: 'up' }, worker: { status: 'up' } },
    });
  });

  it.each(['api', 'worker'] as const)('is not without the database: %s', async (purpose) => {
    await expect(readiness(purpose, { database: 'down' })).rejects.toThrow(
      new Unavailable('not ready: database'),
    );
  });

  it('is not given to a worker that cannot work', async () => {
    await expect(readiness('worker', { failing: ['relay', 'mail'] })).rejects.toThrow(
      new Unavailable('not ready: worker (relay, mail)'),
    );
    await expect(readiness('worker', { failing: ['relay'] })).rejects.toMatchObject({ retryAfterSeconds: 1 });
  });

  it('is given to an API that can serve, and names what the worker inside it cannot do', async () => {
    await expect(readiness('api', { failing: ['relay', 'mail'] })).resolves.toMatchObject({
      status: 'degraded',
      details: { worker: { status: 'degraded', failing: ['relay', 'mail'] } },
    });
  });

  it.each(['api', 'worker'] as const)('is given without the cache, which is named: %s', async (purpose) => {
    await expect(readiness(purpose, { isReachable: false })).resolves.toMatchObject({
      status: 'degraded',
      details: { cache: { status: 'degraded' }, worker: { status: 'up' } },
    });
  });
});
