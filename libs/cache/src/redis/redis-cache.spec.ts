import { ManualClock, type Clock } from '@app/kernel';
import { randomUUID } from 'node:crypto';
import { describeWith } from '../../../../test/support/programs.js';
import { RedisServer, redisServer } from '../../../../test/support/redis-server.js';
import { sharedCacheContract } from '../cache-shared.contract.js';
import { cacheServiceContract } from '../cache.contract.js';
import { RedisCacheService } from './redis-cache.service.js';
import { RedisConnection } from './redis-connection.js';

/** Somebody's own, or else one that is started here. */
// oxlint-disable-next-line node/no-process-env
const { REDIS_URL } = process.env;

describeWith({ 'redis-server, or REDIS_URL': REDIS_URL ?? redisServer })('on a Redis', () => {
  /** Nothing here is about time, and machines that run tests are busy. */
  const options = { prefix: `travellr-test:${randomUUID()}:`, commandMs: 5_000 };
  let server: RedisServer | undefined;
  let connections: RedisConnection[];

  beforeAll(async () => {
    server = REDIS_URL ? undefined : await RedisServer.start();
    connections = [1, 2].map(() => new RedisConnection(REDIS_URL ?? server!.url, options));
    await Promise.all(connections.map((connection) => connection.open()));
  });
  afterAll(async () => {
    await new RedisCacheService(connections[0]!, new ManualClock()).clear();
    await Promise.all(connections.map((connection) => connection.close()));
    await server?.stop();
  });

  const cacheOf = (process: number, clock: Clock) => new RedisCacheService(connections[process]!, clock);

  cacheServiceContract('RedisCacheService', (clock) => cacheOf(0, clock));
  sharedCacheContract('RedisCacheService', (clock) => [cacheOf(0, clock), cacheOf(1, clock)]);
});
