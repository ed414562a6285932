import type { Tx } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { VendorApproved } from './catalogue.js';
import type { Delivered } from './domain-event.js';

@Injectable()
@EventsHandler(VendorApproved)
class Counter {
  handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    return leaveEffect(event, 'Counter', tx);
  }
}

const WITHIN_MS = 60_000;

describe('a worker', () => {
  let api: EventsApp;

  beforeAll(async () => {
    api = await EventsApp.start({ providers: [Counter] });
  });
  afterAll(() => api.stop());

  it('delivers what other processes publish, also what they had published before it came', async () => {
    const before = await api.approve();
    const worker = await EventsApp.start({ providers: [Counter], worker: true, database: api.database });
    const after = await api.approve();
    const own = await worker.approve();

    const effects = await eventually(
      () => api.effects('Counter'),
      ({ length }) => length === 3,
      WITHIN_MS,
    );

    expect(effects.sort()).toEqual([before, after, own].map(({ eventId }) => eventId).sort());
    await worker.stop();
    expect(await api.query('SELECT FROM graphile_worker.jobs WHERE locked_by IS NOT NULL')).toEqual([]);
  });

  it('does its part beside others: every effect once', async () => {
    await api.query('TRUNCATE effects');
    const workers = await Promise.all(
      [1, 2, 3].map(() => EventsApp.start({ providers: [Counter], worker: true, database: api.database })),
    );

    const events = await Promise.all(Array.from({ length: 100 }, () => api.approve()));
    const effects = await eventually(
      () => api.effects('Counter'),
      ({ length }) => length >= events.length,
      WITHIN_MS,
    );

    expect(effects.sort()).toEqual(events.map(({ eventId }) => eventId).sort());
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('puts back what it has taken and not begun when it stops, with all attempts', async () => {
    await api.query('TRUNCATE effects');
    const events = await api.publish(
      ...Array.from({ length: 400 }, () => new VendorApproved({ vendorId: newId() })),
    );
    const worker = await EventsApp.start({ providers: [Counter], worker: true, database: api.database });
    await eventually(
      () => api.effects('Counter'),
      ({ length }) => length > 0,
      WITHIN_MS,
    );

    await worker.stop();

    expect(
      await api.query('SELECT FROM graphile_worker.jobs WHERE locked_by IS NOT NULL OR attempts > 0'),
    ).toEqual([]);
    await api.work();
    expect((await api.effects('Counter')).sort()).toEqual(events.map(({ eventId }) => eventId).sort());
  });

  it('takes over the jobs of one that was killed', async () => {
    await api.query('TRUNCATE effects');
    const event = await api.approve();
    await api.lockJobs('pool-killed');

    const worker = await EventsApp.start({ providers: [Counter], worker: true, database: api.database });
    const effects = await eventually(
      () => api.effects('Counter'),
      ({ length }) => length > 0,
      WITHIN_MS,
    );

    expect(effects).toEqual([event.eventId]);
    await worker.stop();
  });
});
