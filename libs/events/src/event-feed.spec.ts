import type { Tx } from '@app/database';
import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus, EventsHandler } from '@nestjs/cqrs';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { VendorApproved } from './catalogue.js';
import type { Delivered } from './domain-event.js';
import { EventFeed } from './event-feed.js';
import type { EventNotice } from './event-notice.js';

@Injectable()
@EventsHandler(VendorApproved)
class Durable {
  static runs = 0;

  handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    Durable.runs += 1;
    return leaveEffect(event, 'Durable', tx);
  }
}

describe('listening to events while the process runs', () => {
  let app: EventsApp;
  let heard: EventNotice[];
  let leave: () => void;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Durable] });
  });
  beforeEach(() => {
    heard = [];
    leave = app.get(EventFeed).subscribe((event) => void heard.push(event));
  });
  afterEach(() => leave());
  afterAll(() => app.stop());

  it('begins with the commit', async () => {
    const event = new VendorApproved({ vendorId: newId() });
    await app.get(Transactor).run(async (tx) => {
      await app.get(EventBus).publish(event, tx);
      expect(heard).toEqual([]);
    });

    expect(heard.map((notice) => ({ ...notice }))).toEqual([
      {
        eventId: event.eventId,
        eventName: 'vendor.approved',
        version: 1,
        aggregateId: event.aggregateId,
        payload: event.payload,
        occurredAt: new Date('2027-01-01T00:00:00Z'),
      },
    ]);
  });

  it('hears nothing of what was rolled back', async () => {
    const refused = app.get(Transactor).run(async (tx) => {
      await app.get(EventBus).publish(new VendorApproved({ vendorId: newId() }), tx);
      throw new Error('no');
    });

    await expect(refused).rejects.toThrow('no');
    expect(heard).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const { eventId } = await app.approve();
    leave();
    await app.approve();

    expect(heard.map((notice) => notice.eventId)).toEqual([eventId]);
  });

  it('is harmed by no listener that throws or rejects, nor is the publisher', async () => {
    const feed = app.get(EventFeed);
    const throwing = feed.subscribe(() => {
      throw new Error('clumsy');
    });
    const rejecting = feed.subscribe(() => Promise.reject(new Error('late and clumsy')));
    const later: string[] = [];
    const last = feed.subscribe(({ eventId }) => void later.push(eventId));

    const events = [await app.approve(), await app.approve()];

    expect(later).toEqual(events.map(({ eventId }) => eventId));
    expect(heard.map(({ eventId }) => eventId)).toEqual(later);
    for (const end of [throwing, rejecting, last]) end();
  });

  it('runs no durable handler: they are delivered to, once', async () => {
    await app.work();
    Durable.runs = 0;
    const event = await app.approve();
    expect(Durable.runs).toBe(0);

    await app.work();
    expect(Durable.runs).toBe(1);
    expect(await app.effects('Durable')).toContain(event.eventId);
  });
});
