import { Jobs } from '@app/events';
import { BankDispute } from '../../../../test/support/bank.js';
import { PaymentsApp, type Answer, type SoldBooking } from '../../../../test/support/payments-app.js';
import type { DisputeOutcome } from '../gateway/gateway-results.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { NEWS_JOBS } from '../jobs/job-names.js';
import { DisputeSweep } from './dispute-sweep.js';
import { Dispute } from './dispute.entity.js';

const MINUTE_MS = 60_000;
type Sold = SoldBooking & { paymentId: string };

/** The gateway is asked how a dispute stands; what it says is arranged. */
describe('News of disputes', () => {
  let house: PaymentsApp;
  let sold: Sold;
  let dispute: BankDispute;
  /** By the dispute's id at the gateway. */
  const standing = new Map<string, DisputeOutcome>();
  const asked: string[] = [];

  beforeAll(async () => {
    house = await PaymentsApp.start();
    jest.spyOn(house.app.get(PaymentGateway), 'getDispute').mockImplementation((id) => {
      asked.push(id);
      const outcome = standing.get(id);
      return outcome ? Promise.resolve(outcome) : Promise.reject(new Error(`there is no dispute ${id}`));
    });
  });
  beforeEach(async () => {
    const booking = await house.book();
    sold = { ...booking, paymentId: (await house.pay(booking)).body.id };
    dispute = new BankDispute(house.app, sold.paymentId);
    asked.length = 0;
  });
  afterEach(async () => {
    standing.clear();
    await house.dataSource.query('TRUNCATE graphile_worker._private_jobs');
    // What is left undecided keeps out of the way of the next test.
    await house.dataSource.query(
      `UPDATE disputes SET gateway = 'elsewhere' WHERE status IN ('inquiry', 'open')`,
    );
    await house.requireSound();
  });
  afterAll(() => house.close());

  const stands = async (status: 'open' | 'won' | 'lost', of = dispute) =>
    standing.set(of.gatewayDisputeId, await of.answer(status));
  /** As the webhook would. */
  const hear = async ({ gatewayDisputeId } = dispute) => {
    const news = { kind: 'dispute', gatewayDisputeId };
    await house.transactor.run((tx) => house.app.get(Jobs).enqueue(NEWS_JOBS.dispute, news, tx));
    await house.settle();
  };
  const statuses = async ({ paymentId } = sold) =>
    (await house.dataSource.manager.findBy(Dispute, { paymentId })).map(({ status }) => status);
  const waiting = async () => {
    const [{ jobs }] = await house.dataSource.query<[{ jobs: number }]>(
      'SELECT count(*)::int AS jobs FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL',
    );
    return jobs;
  };
  const sweep = () => house.app.get(DisputeSweep).sweep();

  it('have it read at the gateway, whose present state counts', async () => {
    await stands('open');
    await hear();
    await hear();
    expect(await statuses()).toEqual(['open']);
    await stands('lost');
    await hear();
    expect(await statuses()).toEqual(['lost']);
  });

  it.each<[string, DisputeOutcome]>([
    ['does not answer', { status: 'unknown' }],
    ['is down', { status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 }],
  ])('wait while the gateway %s', async (_, outcome) => {
    standing.set(dispute.gatewayDisputeId, outcome);
    await hear();
    expect([await statuses(), await waiting()]).toEqual([[], 1]);
  });

  it('of a payment that is none of ours are let pass', async () => {
    standing.set(dispute.gatewayDisputeId, {
      ...(await dispute.answer('open')),
      gatewayPaymentId: 'pi_of_somebody_else',
    } as DisputeOutcome);
    await hear();
    expect([await statuses(), await waiting()]).toEqual([[], 0]);
  });

  it('bring those of the payment with them, where these were lost', async () => {
    const booking = await house.book();
    const { id: paymentId, nextAction } = (await house.pay(booking, 'pm_3ds')).body;
    const early = { ...booking, paymentId };
    const ofIt = new BankDispute(house.app, paymentId);
    await stands('open', ofIt);
    await hear(ofIt);
    expect([await statuses(early), await waiting()]).toEqual([[], 1]);

    const settle = jest.spyOn(house.app.get(Jobs), 'enqueue').mockResolvedValue();
    await house.request(booking.traveller, 'POST', nextAction.url.replace('/api/v1', ''), {
      outcome: 'pass',
    });
    settle.mockRestore();
    await hear(ofIt);
    expect(await statuses(early)).toEqual(['open']);
    expect((await house.booking(booking)).status).toBe('confirmed');
  });

  it('may be lost: what is undecided is read again after a while, and what is decided never', async () => {
    await dispute.becomes('open');
    await stands('won');
    await sweep();
    expect(asked).toEqual([]);

    house.clock.advance(3 * MINUTE_MS);
    await Promise.all([sweep(), sweep()]);
    expect(asked).toEqual([dispute.gatewayDisputeId]);
    expect(await statuses()).toEqual(['won']);
    house.clock.advance(3 * MINUTE_MS);
    await sweep();
    expect(asked).toHaveLength(1);
  });

  it('are asked for of many, a few at a time, also when one cannot be read', async () => {
    const many = Array.from({ length: 25 }, () => new BankDispute(house.app, sold.paymentId, 100));
    for (const each of many) await each.becomes('inquiry');
    for (const each of many.slice(1)) await stands('lost', each);
    house.clock.advance(3 * MINUTE_MS);
    await sweep();
    expect(asked).toHaveLength(20);
    await sweep();
    expect(new Set(asked)).toEqual(new Set(many.map(({ gatewayDisputeId }) => gatewayDisputeId)));
    expect((await statuses()).filter((status) => status !== 'lost')).toEqual(['inquiry']);
  });

  it('of another gateway are not asked for at this one', async () => {
    await dispute.becomes('open');
    await house.dataSource.manager.update(Dispute, { paymentId: sold.paymentId }, { gateway: 'stripe' });
    house.clock.advance(3 * MINUTE_MS);
    await sweep();
    expect(asked).toEqual([]);
  });

  describe('admins', () => {
    const list = async (query = ''): Promise<Answer> =>
      house.request(await house.createUser('admin'), 'GET', `/admin/disputes${query}`);

    it('see them, the newest first, page by page and by status', async () => {
      const made = [await dispute.becomes('open')];
      made.unshift(await new BankDispute(house.app, sold.paymentId, 500).becomes('lost'));
      made.unshift(await new BankDispute(house.app, sold.paymentId, 500).becomes('open'));
      const first = await list('?limit=2');
      expect(first.body.data.map(({ id }: Dispute) => id)).toEqual(made.slice(0, 2).map(({ id }) => id));
      const second = await list(`?limit=2&cursor=${first.body.nextCursor}`);
      expect(second.body.data[0]).toEqual({
        id: made[2]!.id,
        paymentId: sold.paymentId,
        bookingId: sold.id,
        gateway: 'mock',
        gatewayDisputeId: dispute.gatewayDisputeId,
        status: 'open',
        reason: 'fraudulent',
        amount: { amount: 10_000, currency: 'USD' },
        vendorShare: { amount: 8_000, currency: 'USD' },
        commissionShare: { amount: 2_000, currency: 'USD' },
        createdAt: house.clock.now().toISOString(),
        updatedAt: house.clock.now().toISOString(),
      });
      const lost = (await list('?status=lost&limit=100')).body.data;
      expect(lost.map(({ id }: Dispute) => id)).toContain(made[1]!.id);
      expect(lost.filter(({ status }: Dispute) => status !== 'lost')).toEqual([]);
    });

    it('see one by its id; nobody else does', async () => {
      const { id } = await dispute.becomes('open');
      const find = async (role: 'admin' | 'traveller', of = id) =>
        house.request(await house.createUser(role), 'GET', `/admin/disputes/${of}`);
      expect(await find('admin')).toMatchObject({ status: 200, body: { id, status: 'open' } });
      expect(await find('admin', sold.id)).toMatchObject({ status: 404 });
      expect(await find('traveller')).toMatchObject({ status: 403 });
      expect((await house.request(sold.vendor, 'GET', '/admin/disputes')).status).toBe(403);
      expect(await list('?status=forgotten')).toMatchObject({ status: 422 });
      expect(await list('?cursor=x')).toMatchObject({ status: 422 });
    });
  });
});
