import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { ManualClock } from '@app/kernel';
import { runMigrations, runOnce, Logger } from 'graphile-worker';
import { MetadataScanner } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { createTestDatabase } from '../../../../../test/support/database.js';
import type { GatewayHarness } from '../payment-gateway.contract.js';
import { MockBalance } from './mock-balance.js';
import { MockChallenges } from './mock-challenges.js';
import { MockDispute } from './mock-dispute.entity.js';
import { MockDisputes } from './mock-disputes.js';
import { MOCK_ENTITIES } from './mock-gateway.module.js';
import { MockGateway } from './mock-gateway.js';
import { MockIdempotency } from './mock-idempotency.js';
import { MockIntents } from './mock-intents.js';
import { MockPromptCalls } from './mock-prompt-calls.js';
import { DECIDE_MOCK_REFUND, MockRefunds } from './mock-refunds.js';
import { MockTransfers } from './mock-transfers.js';
import { MockWorld } from './mock-world.js';
import { MOCK_EVENT_TYPES } from './news/mock-events.js';
import { MockNews } from './news/mock-news.js';
import { MockSignature } from './news/mock-signature.js';

const silent = new Logger(() => () => undefined);
const config = { jwtSecret: 'a secret of thirty-two characters' };

export interface MockHarness extends GatewayHarness {
  readonly gateway: MockGateway;
  readonly challenges: MockChallenges;
  readonly disputes: MockDisputes;
  readonly world: MockWorld;
  readonly news: MockNews;
  readonly signature: MockSignature;
  readonly clock: ManualClock;
  readonly dataSource: DataSource;
  /** The events of the webhooks that wait to be sent, the oldest first. */
  readonly waiting: () => Promise<{ type: string; data: object; inSeconds: number }[]>;
}

/** On a real PostgreSQL; nothing is mocked but the bank. No webhook is sent: there is no platform. */
export async function startMock(): Promise<MockHarness> {
  const database = await createTestDatabase();
  await runMigrations({ connectionString: database.url });
  const dataSource = new DataSource({ type: 'postgres', url: database.url, entities: MOCK_ENTITIES });
  await dataSource.initialize();
  const transactor = new Transactor(dataSource);
  const clock = new ManualClock();
  const jobs = new Jobs({ getProviders: () => [] } as never, new MetadataScanner());
  const idempotency = new MockIdempotency(dataSource, transactor, clock);
  const world = new MockWorld(dataSource);
  const news = new MockNews(jobs, world, clock);
  const balance = new MockBalance(dataSource, world, clock);
  const disputes = new MockDisputes(transactor, balance, news, clock);
  const prompt = new MockPromptCalls(dataSource, balance, news, jobs, clock);
  const intents = new MockIntents(idempotency, prompt, balance, disputes, news, clock);
  const refunds = new MockRefunds(idempotency, balance, disputes, news, jobs, clock);
  const transfers = new MockTransfers(idempotency, balance, news, clock);
  const signature = new MockSignature(config, clock);
  const challenges = new MockChallenges(transactor, intents);

  const decide = (payload: unknown) =>
    transactor.run((tx) => refunds.decide((payload as { gatewayRefundId: string }).gatewayRefundId, tx));
  const timePasses = async () => {
    await dataSource.query(
      `SELECT FROM graphile_worker.reschedule_jobs(
         ARRAY(SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1), run_at => now())`,
      [DECIDE_MOCK_REFUND],
    );
    const taskList = { [DECIDE_MOCK_REFUND]: decide };
    await runOnce({ connectionString: database.url, taskList, logger: silent });
  };

  return {
    gateway: new MockGateway(dataSource, intents, refunds, transfers, balance, signature),
    cards: {
      good: 'pm_ok',
      declined: 'pm_declined',
      insufficientFunds: 'pm_insufficient_funds',
      challenged: 'pm_3ds',
      timesOut: 'pm_timeout_then_ok',
      limited: 'pm_rate_limited',
      refundFails: 'pm_refund_fails',
      refundFailsLater: 'pm_refund_fails_later',
      refundPends: 'pm_refund_pending',
      disputed: 'pm_dispute',
    },
    returnsDisputeFee: false,
    authenticate: (id, userId, outcome) => challenges.finish({ id: userId, role: 'traveller' }, id, outcome),
    timePasses,
    disputeOver: async (paymentId) =>
      (await dataSource.manager.findOneByOrFail(MockDispute, { paymentId })).id,
    closeDispute: (id, verdict) => disputes.close(id, verdict),
    onboard: () => Promise.resolve(),
    webhook: {
      body: (id, subject) => {
        const { kind, ...data } = subject ?? { kind: 'moon' };
        const type = MOCK_EVENT_TYPES.find((one) => one.startsWith(kind)) ?? 'moon.risen';
        return JSON.stringify({ id, type, created: 1_798_761_600, data });
      },
      headers: (body, secondsAgo = 0) => ({
        'mock-signature': signature.sign(body, new Date(clock.now().getTime() - secondsAgo * 1000)),
      }),
    },
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
    challenges,
    disputes,
    world,
    news,
    signature,
    clock,
    dataSource,
    waiting: async () =>
      (
        await dataSource.query<{ event: { type: string; data: object }; wait: number }[]>(
          `SELECT job.payload -> 'event' AS event, extract(epoch FROM job.run_at - job.created_at)::float AS wait
           FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
           WHERE task.identifier = 'mock-gateway-webhook' ORDER BY job.id`,
        )
      ).map(({ event: { type, data }, wait }) => ({ type, data, inSeconds: Math.round(wait) })),
  };
}
