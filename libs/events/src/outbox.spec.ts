import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { EventBus } from '@nestjs/cqrs';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { readingOf, statementsOf } from '../../../test/support/plans.js';
import { VendorApproved, VendorSuspended } from './catalogue.js';
import { OutboxRelay } from './outbox-relay.js';
import { OUTBOX_CHANNEL } from './outbox-bell.js';

describe('publishing an event', () => {
  let app: EventsApp;

  beforeAll(async () => {
    app = await EventsApp.start();
  });
  afterAll(() => app.stop());

  const outbox = () =>
    app.query<{ event_id: string; name: string }>('SELECT event_id, name FROM outbox ORDER BY sequence');
  const unapproved = () => new VendorApproved({ vendorId: newId() });

  it('is refused outside a transaction', async () => {
    const bus = app.get(EventBus);
    const { manager } = app.get(DataSource);

    await expect(async () => bus.publish(unapproved())).rejects.toThrow('inside a transaction');
    await expect(async () => bus.publish(unapproved(), manager)).rejects.toThrow('inside a transaction');
    await expect(async () => bus.publishAll([unapproved()], manager)).rejects.toThrow('inside a transaction');

    expect(await outbox()).toEqual([]);
  });

  it('is refused when the transaction is over', async () => {
    const over = await app.get(Transactor).run(async (tx) => tx);

    await expect(async () => app.get(EventBus).publish(unapproved(), over)).rejects.toThrow(
      'inside a transaction',
    );

    expect(await outbox()).toEqual([]);
  });

  it('leaves nothing behind when the transaction rolls back', async () => {
    const refused = app.get(Transactor).run(async (tx) => {
      await app.get(EventBus).publish(unapproved(), tx);
      throw new Error('no');
    });

    await expect(refused).rejects.toThrow('no');
    expect(await outbox()).toEqual([]);
    expect(await app.get(OutboxRelay).relayAll()).toBe(0);
  });

  it('keeps the order of the events, each with what it tells', async () => {
    const vendorId = newId();
    const [approved, suspended] = [
      new VendorApproved({ vendorId }),
      new VendorSuspended({ vendorId, reason: 'a complaint' }),
    ];
    await app.publish(approved, suspended);
    await app.publish();

    expect(await outbox()).toEqual([
      { event_id: approved.eventId, name: 'vendor.approved' },
      { event_id: suspended.eventId, name: 'vendor.suspended' },
    ]);
    const [row] = await app.query('SELECT aggregate_id, version, payload FROM outbox WHERE event_id = $1', [
      suspended.eventId,
    ]);
    expect(row).toEqual({ aggregate_id: vendorId, version: 1, payload: { vendorId, reason: 'a complaint' } });
  });

  it('is found by the relay among what is relayed already, however much that is', async () => {
    await app.query(
      `INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at, relayed_at)
       SELECT gen_random_uuid(), 'vendor.approved', 1, gen_random_uuid(), '{}', now(), now() FROM generate_series(1, 20000)`,
    );
    await app.query('ANALYZE outbox');
    await app.approve();
    const dataSource = app.get(DataSource);

    const sent = await statementsOf(dataSource, () => app.get(OutboxRelay).relayAll());
    await app.approve();
    const { whole, rows } = await readingOf(
      dataSource,
      sent.filter(({ sql }) => sql.includes('outbox')),
    );

    expect(whole).toEqual([]);
    expect(rows).toBeLessThan(100);
  });
});

describe('a process without a worker', () => {
  it('wakes those of other processes, once for many commits and never for a rollback', async () => {
    const app = await EventsApp.start();
    const listener = new pg.Client({ connectionString: app.database.url });
    await listener.connect();
    let bells = 0;
    listener.on('notification', () => (bells += 1));
    await listener.query(`LISTEN ${OUTBOX_CHANNEL}`);
    const heard = async () => {
      await listener.query('SELECT 1');
      return bells;
    };

    const refused = app.get(Transactor).run(async (tx) => {
      await app.get(EventBus).publish(new VendorApproved({ vendorId: newId() }), tx);
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await heard()).toBe(0);

    await Promise.all(Array.from({ length: 30 }, () => app.approve()));
    expect(await eventually(heard, (count) => count > 0, 5_000)).toBeGreaterThan(0);
    expect(bells).toBeLessThan(30);
    await listener.end();
    await app.stop();
  });
});
