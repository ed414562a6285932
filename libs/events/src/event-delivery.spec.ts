import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import type { Tx } from '@app/database';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { VendorApproved, VendorSuspended } from './catalogue.js';
import type { Delivered, DomainEventHandler } from './domain-event.js';
import { OutboxRelay } from './outbox-relay.js';

type News = Delivered<VendorApproved>;

/** Fails for the events that it is told to, after it has had its effect. */
@Injectable()
@EventsHandler(VendorApproved, VendorSuspended)
class Counter implements DomainEventHandler<VendorApproved> {
  readonly failing = new Set<string>();
  readonly seen: News[] = [];

  async handle(event: News, tx: Tx): Promise<void> {
    await leaveEffect(event, 'Counter', tx);
    if (this.failing.has(event.eventId)) throw new Error('out of ink');
    this.seen.push(event);
  }
}

@Injectable()
@EventsHandler(VendorApproved)
class Latecomer implements DomainEventHandler<VendorApproved> {
  handle(event: News, tx: Tx): Promise<void> {
    return leaveEffect(event, 'Latecomer', tx);
  }
}

describe('delivering events', () => {
  let app: EventsApp;
  let counter: Counter;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Counter] });
    counter = app.get(Counter);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    counter.failing.clear();
    await app.work();
    await app.query('TRUNCATE effects');
  });

  const handled = () => app.effects('Counter');
  const jobs = () => app.query<{ key: string }>('SELECT key FROM graphile_worker.jobs');

  it('hands the handler what was published', async () => {
    const vendorId = newId();
    const [first, second] = [await app.approve(vendorId), await app.approve(vendorId)];

    await app.work();

    const seen = counter.seen.filter(({ aggregateId }) => aggregateId === vendorId);
    expect(seen).toEqual(
      [first, second].map(({ eventId, payload }) => ({
        eventId,
        eventName: 'vendor.approved',
        aggregateId: vendorId,
        payload,
        sequence: expect.any(Number),
        occurredAt: new Date('2027-01-01T00:00:00Z'),
      })),
    );
    expect(seen[0]!.sequence).toBeLessThan(seen[1]!.sequence);
  });

  it('queues one delivery for each event, however many relays there are', async () => {
    await app.publish(...Array.from({ length: 40 }, () => new VendorApproved({ vendorId: newId() })));

    const relayed = await Promise.all([1, 2, 3, 4].map(() => app.get(OutboxRelay).relayAll()));

    expect(relayed.reduce((sum, each) => sum + each, 0)).toBe(40);
    expect(await jobs()).toHaveLength(40);
    expect(await app.get(OutboxRelay).relayAll()).toBe(0);
  });

  it('relays a backlog as far as the queue has room for it, and the rest when that is done', async () => {
    await app.publish(...Array.from({ length: 1_101 }, () => new VendorApproved({ vendorId: newId() })));
    const relay = app.get(OutboxRelay);

    expect([await relay.relayAll(), await relay.relayAll()]).toEqual([1_000, 0]);
    await app.work();
    expect(await handled()).toHaveLength(1_101);
  });

  it('relays no more than that when it comes in small numbers, faster than it is delivered', async () => {
    const relayed: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await app.publish(...Array.from({ length: 350 }, () => new VendorApproved({ vendorId: newId() })));
      relayed.push(await app.get(OutboxRelay).relayAll());
    }

    expect(relayed).toEqual([350, 350, 350, 0]);
    await app.work();
    expect(await handled()).toHaveLength(1_400);
  });

  it('leaves events of a kind that only a newer version knows to that one, and relays what came after them', async () => {
    const newer = await app.publish(
      ...Array.from({ length: 600 }, () => new VendorApproved({ vendorId: newId() })),
    );
    const newerIds = newer.map(({ eventId }) => eventId);
    await app.query(`UPDATE outbox SET name = 'vendor.adopted' WHERE event_id = ANY ($1)`, [newerIds]);
    const known = await app.approve();

    await app.work();

    expect(await handled()).toEqual([known.eventId]);
    expect(
      await app.query('SELECT FROM outbox WHERE event_id = ANY ($1) AND relayed_at IS NOT NULL', [newerIds]),
    ).toEqual([]);
    await app.query(`UPDATE outbox SET name = 'vendor.approved' WHERE event_id = ANY ($1)`, [newerIds]);
    await app.work();
    expect((await handled()).sort()).toEqual([...newerIds, known.eventId].sort());
  });

  it('has its effects once, when it is carried out many times at once', async () => {
    const event = await app.approve();

    await Promise.all(Array.from({ length: 8 }, () => app.deliver(event, 'Counter')));
    await app.work();

    expect(await handled()).toEqual([event.eventId]);
  });

  it('rolls back what a failing handler did, tries again, and keeps no other aggregate waiting', async () => {
    const failing = await app.approve();
    const other = await app.approve();
    counter.failing.add(failing.eventId);

    await app.work();
    expect(await handled()).toEqual([other.eventId]);
    expect(await app.deliveries(failing)).toEqual({ Counter: 'pending' });
    expect(await app.deliveries(other)).toEqual({ Counter: 'done' });

    counter.failing.clear();
    await app.work();
    expect(await handled()).toEqual([other.eventId, failing.eventId]);
    expect(await app.deliveries(failing)).toEqual({ Counter: 'done' });
  });

  it('keeps the order of an aggregate when its first delivery fails at first', async () => {
    const vendorId = newId();
    const first = await app.approve(vendorId);
    const [second] = await app.publish(new VendorSuspended({ vendorId, reason: 'a complaint' }));
    counter.failing.add(first.eventId);

    await app.work();
    await app.work();
    expect(await handled()).toEqual([]);

    counter.failing.clear();
    await app.work();
    await app.work();
    expect(await handled()).toEqual([first.eventId, second!.eventId]);
  });

  it('waits for an earlier event that is not even relayed yet', async () => {
    const vendorId = newId();
    const first = await app.approve(vendorId);
    const second = await app.approve(vendorId);

    await app.deliver(second, 'Counter');
    expect(await handled()).toEqual([]);

    await app.work();
    await app.work();
    expect(await handled()).toEqual([first.eventId, second.eventId]);
  });

  it('is parked when its attempts are used up, and holds back its own aggregate only', async () => {
    const vendorId = newId();
    const [failing, next, other] = [
      await app.approve(vendorId),
      await app.approve(vendorId),
      await app.approve(),
    ];
    counter.failing.add(failing.eventId);
    await app.work();
    await app.query(
      `UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE last_error IS NOT NULL`,
    );
    counter.failing.clear();

    await app.work();

    expect(await app.deliveries(failing)).toEqual({ Counter: 'parked' });
    expect(await app.deliveries(next)).toEqual({ Counter: 'pending' });
    expect(await handled()).toEqual([other.eventId]);
    await app.query(`UPDATE graphile_worker._private_jobs SET attempts = 0`);
    await app.work();
    await app.work();
    expect(await handled()).toEqual([other.eventId, failing.eventId, next.eventId]);
  });

  it('does not hold back a handler for events that were there before it', async () => {
    const vendorId = newId();
    const before = await app.approve(vendorId);
    await app.work();

    const newer = await EventsApp.start({ providers: [Counter, Latecomer], database: app.database });
    const after = await newer.approve(vendorId);
    await newer.work();

    expect(await newer.effects('Latecomer')).toEqual([after.eventId]);
    expect(await newer.deliveries(before)).toEqual({ Counter: 'done', Latecomer: 'skipped' });
    expect(await newer.deliveries(after)).toEqual({ Counter: 'done', Latecomer: 'done' });
    expect(await handled()).toEqual([before.eventId, after.eventId]);
    await newer.stop();
  });

  it('says so when the handler or the kind of event is unknown to this version, and tries again', async () => {
    const event = await app.approve();

    await expect(app.deliver(event, 'Nobody')).rejects.toThrow('no event handler is called Nobody');
    await app.query(`UPDATE outbox SET name = 'vendor.adopted' WHERE event_id = $1`, [event.eventId]);
    await expect(app.deliver(event, 'Counter')).rejects.toThrow('vendor.adopted');
    expect(await handled()).toEqual([]);
  });
});

describe('two handlers of one name', () => {
  it('are refused at the start: deliveries are kept by that name', async () => {
    const Twin = { Counter: class extends Latecomer {} }.Counter;
    EventsHandler(VendorApproved)(Twin);

    await expect(EventsApp.start({ providers: [Counter, Twin] })).rejects.toThrow(
      'two event handlers are called Counter',
    );
  });
});
