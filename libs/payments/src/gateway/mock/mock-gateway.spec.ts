import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { ManualClock, newId } from '@app/kernel';
import { runMigrations } from 'graphile-worker';
import { DataSource } from 'typeorm';
import { createTestDatabase } from '../../../../../test/support/database.js';
import { paymentGatewayContract } from '../payment-gateway.contract.js';
import { MockAccount } from './mock-account.entity.js';
import { MockChallenges } from './mock-challenges.js';
import { MockGateway } from './mock-gateway.js';
import { MockIdempotency } from './mock-idempotency.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockRefund } from './mock-refund.entity.js';

/** On a real PostgreSQL; nothing is mocked but the bank. */
async function startMock() {
  const database = await createTestDatabase();
  await runMigrations({ connectionString: database.url });
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [MockPayment, MockRefund, MockAccount],
  });
  await dataSource.initialize();
  const transactor = new Transactor(dataSource);
  const clock = new ManualClock();
  const gateway = new MockGateway(dataSource, new MockIdempotency(transactor, clock), clock);
  const challenges = new MockChallenges(transactor, new Jobs(undefined as never));
  return {
    gateway,
    challenges,
    dataSource,
    authenticate: (id: string, userId: string, outcome: 'pass' | 'fail') =>
      challenges.finish({ id: userId, role: 'traveller' }, id, outcome),
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

paymentGatewayContract('MockGateway', startMock);

describe('a challenge of the mock', () => {
  let mock: Awaited<ReturnType<typeof startMock>>;
  const payer = newId();

  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  const challenged = async () => {
    const outcome = await mock.gateway.processPayment(
      {
        amount: { amount: 10_000, currency: 'USD' },
        paymentMethod: 'pm_3ds',
        metadata: { bookingId: newId(), paymentId: newId(), userId: payer },
        idempotencyKey: newId(),
        timeoutMs: 100,
      },
      () => Promise.resolve('confirm'),
    );
    return (outcome as { gatewayPaymentId: string }).gatewayPaymentId;
  };

  it('is finished once, and the platform is told', async () => {
    const id = await challenged();
    await mock.authenticate(id, payer, 'pass');
    await expect(mock.authenticate(id, payer, 'pass')).rejects.toMatchObject({ code: 'intent-state' });
    const jobs = await mock.dataSource.query<unknown[]>(
      `SELECT task_identifier FROM graphile_worker.jobs WHERE task_identifier = 'gateway-news'`,
    );
    expect(jobs).toHaveLength(1);
  });

  it('does not exist for anyone but the payer and admins', async () => {
    const id = await challenged();
    await expect(mock.authenticate(id, newId(), 'pass')).rejects.toMatchObject({ code: 'not-found' });
    for (const absent of ['mock_pi_none', 'mock_pi_\0']) {
      await expect(mock.authenticate(absent, payer, 'pass')).rejects.toMatchObject({ code: 'not-found' });
    }
    await mock.challenges.finish({ id: newId(), role: 'admin' }, id, 'fail');
    expect(await mock.gateway.getPaymentStatus(id)).toMatchObject({ status: 'failed' });
  });

  it('leaves no difference between the mock and its tables', async () => {
    const log = await mock.dataSource.driver.createSchemaBuilder().log();
    expect(log.upQueries.map(({ query }) => query)).toEqual([]);
  });
});
