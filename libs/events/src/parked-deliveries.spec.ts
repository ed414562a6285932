import type { Tx } from '@app/database';
import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { VendorApproved } from './catalogue.js';
import type { Delivered } from './domain-event.js';
import { EventLog } from './event-log.js';
import { EventStats } from './event-stats.js';
import { Job, Jobs, type JobHandler } from './jobs.js';
import { OutboxRelay } from './outbox-relay.js';
import { ParkedDeliveries } from './parked-deliveries.js';
import { ParkedJobs } from './parked-jobs.js';

@Injectable()
@EventsHandler(VendorApproved)
class Clerk {
  static readonly failing = new Set<string>();

  async handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    await leaveEffect(event, 'Clerk', tx);
    if (Clerk.failing.has(event.eventId)) throw new Error('out of ink');
  }
}

@Injectable()
@EventsHandler(VendorApproved)
class Newcomer {
  handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    return leaveEffect(event, 'Newcomer', tx);
  }
}

@Injectable()
@Job('call', { lane: 'webhooks' })
class Call implements JobHandler<{ number: number }> {
  static readonly called: number[] = [];
  static engaged = false;

  async run({ number }: { number: number }): Promise<void> {
    if (Call.engaged) throw new Error('engaged');
    Call.called.push(number);
  }
}

const ADMIN = newId();

describe('what is parked', () => {
  let app: EventsApp;
  let parked: ParkedDeliveries;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Clerk, Call] });
    parked = app.get(ParkedDeliveries);
  });
  beforeEach(async () => {
    Clerk.failing.clear();
    Call.engaged = false;
    Call.called.length = 0;
    await app.query('DELETE FROM graphile_worker._private_jobs');
    await app.query('TRUNCATE effects');
  });
  afterAll(() => app.stop());

  /** As after its last attempt. */
  async function park(): Promise<void> {
    await app.work();
    await app.query(
      'UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE last_error IS NOT NULL',
    );
  }

  async function parkOne(aggregateId = newId()): Promise<VendorApproved> {
    const event = await app.approve(aggregateId);
    Clerk.failing.add(event.eventId);
    await park();
    return event;
  }

  const effects = () => app.effects('Clerk');

  describe('a delivery', () => {
    it('is listed, newest first and page by page, with what went wrong', async () => {
      const [first, second] = [await parkOne(), await parkOne()];

      const [newest, ...rest] = await parked.find({ limit: 10 });
      expect([newest, ...rest].map((delivery) => delivery?.eventId)).toEqual([second.eventId, first.eventId]);
      expect(newest).toMatchObject({
        eventName: 'vendor.approved',
        aggregateId: second.aggregateId,
        handler: 'Clerk',
        attempts: 25,
        lastError: 'out of ink',
        parkedAt: expect.any(Date),
      });
      expect(await parked.find({ limit: 10, before: newest!.id })).toEqual(rest);
    });

    it('is tried again on demand, and its aggregate goes on', async () => {
      const event = await parkOne();
      const next = await app.approve(event.aggregateId);
      await app.work();
      expect(await effects()).toEqual([]);

      Clerk.failing.clear();
      await parked.retry(event.eventId, 'Clerk');
      await app.work();
      await app.work();

      expect(await effects()).toEqual([event.eventId, next.eventId]);
      expect(await parked.find({ limit: 10 })).toEqual([]);
    });

    it('is skipped by decision of an admin, and its aggregate goes on without', async () => {
      const event = await parkOne();
      const next = await app.approve(event.aggregateId);
      await app.work();

      await parked.skip(event.eventId, 'Clerk', { by: ADMIN, reason: 'done by hand' });
      const [{ due }] = (await app.query<{ due: boolean }>(
        'SELECT run_at <= clock_timestamp() AS due FROM graphile_worker.jobs',
      )) as [{ due: boolean }];
      expect(due).toBe(true);
      Clerk.failing.clear();
      await app.work();

      expect(await effects()).toEqual([next.eventId]);
      expect((await app.get(EventLog).get(event.eventId))!.deliveries).toEqual([
        { handler: 'Clerk', status: 'skipped', attempts: 0, skippedBy: ADMIN, skipReason: 'done by hand' },
      ]);
      await parked.redeliver(event.eventId);
      await app.work();
      expect(await effects()).toEqual([next.eventId]);
    });

    it('is neither retried nor skipped once it is done, nor while it is worked on', async () => {
      const done = await app.approve();
      await app.work();
      const atWork = await parkOne();
      await app.query(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'somebody'`);

      for (const { eventId } of [done, atWork]) {
        await expect(parked.retry(eventId, 'Clerk')).rejects.toThrow('Clerk is done with this event');
        await expect(parked.skip(eventId, 'Clerk', { by: ADMIN, reason: 'no' })).rejects.toThrow('is done');
      }
      expect(await app.deliveries(done)).toEqual({ Clerk: 'done' });
      expect(await app.deliveries(atWork)).toEqual({ Clerk: 'pending' });
      expect(await parked.find({ limit: 10 })).toEqual([]);
    });

    it('is made to handlers that came later than the event, when an admin redelivers it, and to no other again', async () => {
      const event = await app.approve();
      await app.work();
      const newer = await EventsApp.start({ providers: [Clerk, Newcomer, Call], database: app.database });
      expect(await newer.deliveries(event)).toEqual({ Clerk: 'done', Newcomer: 'skipped' });

      await newer.get(ParkedDeliveries).redeliver(event.eventId);
      await newer.work();

      expect(await newer.deliveries(event)).toEqual({ Clerk: 'done', Newcomer: 'done' });
      expect([await effects(), await newer.effects('Newcomer')]).toEqual([[event.eventId], [event.eventId]]);
      await newer.stop();
    });

    it('is redelivered where it was parked, and leaves nothing behind', async () => {
      const event = await parkOne();
      Clerk.failing.clear();

      await parked.redeliver(event.eventId);
      await app.work();

      expect(await effects()).toEqual([event.eventId]);
      expect(await app.query('SELECT FROM graphile_worker.jobs')).toEqual([]);
    });
  });

  describe('another job', () => {
    const jobs = () => app.get(ParkedJobs);

    async function parkCall(number: number): Promise<string> {
      Call.engaged = true;
      await app.get(Transactor).run((tx) => app.get(Jobs).enqueue('call', { number }, tx));
      await park();
      return (await jobs().find({ limit: 1 }))[0]!.id;
    }

    it('is listed apart from deliveries, newest first and page by page', async () => {
      await parkOne();
      const ids = [await parkCall(1), await parkCall(2)];

      const [newest, oldest, ...others] = await jobs().find({ limit: 10 });
      expect([oldest!.id, newest!.id]).toEqual(ids);
      expect(others).toEqual([]);
      expect(newest).toMatchObject({
        name: 'call',
        payload: { number: 2 },
        attempts: 25,
        lastError: 'engaged',
      });
      expect(await jobs().find({ limit: 10, before: newest!.id })).toEqual([oldest]);
    });

    it('is run again on demand', async () => {
      const id = await parkCall(1);
      Call.engaged = false;

      expect(await jobs().retry(id)).toBe(true);
      await app.work();

      expect(Call.called).toEqual([1]);
      expect(await jobs().retry(id)).toBe(false);
    });

    it('is discarded on demand', async () => {
      const id = await parkCall(1);
      Call.engaged = false;

      expect([await jobs().discard(id), await jobs().discard(id)]).toEqual([true, false]);
      await app.work();

      expect(Call.called).toEqual([]);
    });

    it('is neither run nor discarded here when it is a delivery, or not parked', async () => {
      await parkOne();
      const [delivery] = await parked.find({ limit: 1 });
      await app.get(Transactor).run((tx) => app.get(Jobs).enqueue('call', { number: 1 }, tx));
      const [waiting] = await app.query<{ id: string }>(
        `SELECT id FROM graphile_worker.jobs WHERE task_identifier = 'call'`,
      );

      for (const { id } of [delivery!, waiting!]) {
        expect([await jobs().retry(id), await jobs().discard(id)]).toEqual([false, false]);
      }
    });
  });

  it('is counted, and so is what waits', async () => {
    const stats = app.get(EventStats);
    await parkOne();
    await app.approve();
    await app.get(OutboxRelay).relayAll();
    await app.approve();
    await app.get(Transactor).run((tx) => app.get(Jobs).enqueue('call', {}, tx));

    const { unrelayed, deliveries, jobs } = await stats.read();
    expect(unrelayed).toEqual({ count: 1, oldestAgeSeconds: 0 });
    expect(deliveries).toEqual([{ handler: 'Clerk', pending: 1, parked: 1, lagSeconds: expect.any(Number) }]);
    const depths = jobs.map(({ lane, pending, parked: count }) => [lane, pending, count]);
    expect(depths).toEqual([
      ['deliveries', 1, 1],
      ['work', 0, 0],
      ['gateway', 0, 0],
      ['mail', 0, 0],
      ['webhooks', 1, 0],
    ]);

    await app.query(`UPDATE graphile_worker._private_jobs SET run_at = run_at - interval '1 hour'`);
    expect((await stats.read()).jobs.map(({ lagSeconds }) => lagSeconds >= 3_600)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});
