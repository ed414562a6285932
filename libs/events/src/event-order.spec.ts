import type { Tx } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import fc from 'fast-check';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { VendorApproved, VendorSuspended } from './catalogue.js';
import type { Delivered } from './domain-event.js';
import { ParkedDeliveries } from './parked-deliveries.js';

/** One answer for each attempt at a delivery, of whichever handler: true fails it. Used up, nothing fails. */
let failures: boolean[] = [];

async function handle(event: Delivered<VendorApproved>, handler: string, tx: Tx): Promise<void> {
  await leaveEffect(event, handler, tx);
  if (failures.shift()) throw new Error('as it happens');
}

@Injectable()
@EventsHandler(VendorApproved, VendorSuspended)
class Everything {
  handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    return handle(event, 'Everything', tx);
  }
}

@Injectable()
@EventsHandler(VendorApproved)
class Approvals {
  handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    return handle(event, 'Approvals', tx);
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('approve' as const, 'suspend' as const),
      aggregate: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('work' as const, 'workBesideAnother' as const),
      failures: fc.array(fc.boolean(), { maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('park' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('retry' as const, 'skip' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('whatever fails, is parked, retried or skipped', () => {
  let apps: [EventsApp, EventsApp];
  let app: EventsApp;

  beforeAll(async () => {
    const providers = [Everything, Approvals];
    app = await EventsApp.start({ providers });
    apps = [app, await EventsApp.start({ providers, database: app.database })];
  });
  afterAll(async () => {
    await apps[1].stop();
    await app.stop();
  });

  const parked = () => app.get(ParkedDeliveries).find({ limit: 100 });
  const publish = async (event: VendorApproved | VendorSuspended) => (await app.publish(event))[0]!;

  async function workToTheEnd(): Promise<void> {
    failures = [];
    for (let round = 0; round < 50; round += 1) {
      for (const { eventId, handler } of await parked())
        await app.get(ParkedDeliveries).retry(eventId, handler);
      await app.work();
      if ((await app.query('SELECT FROM graphile_worker.jobs')).length === 0) return;
    }
    throw new Error('it does not come to an end');
  }

  async function play(steps: readonly Step[]) {
    const aggregates = [newId(), newId()];
    const published: { eventId: string; aggregateId: string; handlers: string[] }[] = [];
    const skipped = new Set<string>();
    for (const each of steps) {
      if (each.kind === 'approve') {
        const event = await publish(new VendorApproved({ vendorId: aggregates[each.aggregate]! }));
        published.push({ ...event, aggregateId: event.aggregateId, handlers: ['Everything', 'Approvals'] });
      } else if (each.kind === 'suspend') {
        const vendorId = aggregates[each.aggregate]!;
        const event = await publish(new VendorSuspended({ vendorId, reason: 'a complaint' }));
        published.push({ ...event, aggregateId: vendorId, handlers: ['Everything'] });
      } else if (each.kind === 'park') {
        await app.query(
          'UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE last_error IS NOT NULL',
        );
      } else if (each.kind === 'retry' || each.kind === 'skip') {
        const [delivery] = await parked();
        if (!delivery) continue;
        const { eventId, handler } = delivery;
        if (each.kind === 'retry') await app.get(ParkedDeliveries).retry(eventId, handler);
        else {
          await app.get(ParkedDeliveries).skip(eventId, handler, { by: newId(), reason: 'enough' });
          skipped.add(`${eventId}:${handler}`);
        }
      } else if ('failures' in each) {
        failures = [...each.failures];
        await Promise.all((each.kind === 'work' ? [app] : apps).map((one) => one.work()));
      }
    }
    await workToTheEnd();
    return { aggregates, published, skipped };
  }

  it('every handler has every event once, in the order of its aggregate, but for the skipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        const { aggregates, published, skipped } = await play(steps);
        for (const aggregate of aggregates) {
          for (const handler of ['Everything', 'Approvals']) {
            const effects = await app.query<{ event_id: string }>(
              'SELECT event_id FROM effects WHERE handler = $1 AND aggregate_id = $2 ORDER BY id',
              [handler, aggregate],
            );
            expect(effects.map(({ event_id }) => event_id)).toEqual(
              published
                .filter(
                  ({ aggregateId, handlers }) => aggregateId === aggregate && handlers.includes(handler),
                )
                .map(({ eventId }) => eventId)
                .filter((eventId) => !skipped.has(`${eventId}:${handler}`)),
            );
          }
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});
