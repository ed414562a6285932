import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, Transactor, type Tx } from '@app/database';
import {
  Backlog,
  EventDelivery,
  EventLog,
  EventsModule,
  Jobs,
  VendorApproved,
  type DomainEvent,
} from '@app/events';
import { Clock, ManualClock, newId } from '@app/kernel';
import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './database.js';

@Global()
@Module({ providers: [{ provide: Clock, useFactory: () => new ManualClock() }], exports: [Clock] })
class ManualClockModule {}

interface Options {
  /** The event handlers and jobs that this process has. */
  readonly providers?: Type[];
  readonly worker?: boolean;
  /** Of another process. */
  readonly database?: TestDatabase;
}

/** Events and jobs alone, with handlers of the test's own, on a real PostgreSQL. Without a worker, {@link work} works. */
export class EventsApp {
  private constructor(
    private readonly app: INestApplicationContext,
    readonly database: TestDatabase,
    private readonly ownsDatabase: boolean,
  ) {}

  static async start({ providers = [], worker = false, database }: Options = {}): Promise<EventsApp> {
    const own = database ?? (await createTestDatabase());
    const config = loadConfig({
      DATABASE_URL: own.url,
      DATABASE_POOL_SIZE: '8',
      JWT_SECRET: 'x'.repeat(32),
      WORKER: worker ? 'inline' : 'off',
    });
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ManualClockModule,
        DatabaseModule.forRoot({ applicationName: 'events-spec' }),
        EventsModule.forRoot({ worker }),
      ],
      providers,
    }).compile();
    try {
      module.useLogger(false);
      const app = await module.init();
      await app
        .get(DataSource)
        .query(
          'CREATE TABLE IF NOT EXISTS effects (id bigserial, event_id uuid NOT NULL, aggregate_id uuid, handler text NOT NULL)',
        );
      return new EventsApp(app, own, database === undefined);
    } catch (error) {
      await module.close();
      if (!database) await own.drop();
      throw error;
    }
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.app.get(type);
  }

  /** Publishes in one transaction. @returns the events. */
  async publish<E extends DomainEvent>(...events: E[]): Promise<E[]> {
    await this.get(Transactor).run((tx) => this.get(EventBus).publishAll(events, tx));
    return events;
  }

  async approve(vendorId = newId()): Promise<VendorApproved> {
    return (await this.publish(new VendorApproved({ vendorId })))[0]!;
  }

  /** Relays what is published and runs what is due; what failed is due again at once. */
  async work(): Promise<void> {
    await this.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()');
    await this.get(Backlog).clear();
  }

  deliver({ eventId, aggregateId }: DomainEvent, handler: string): Promise<void> {
    return this.get(EventDelivery).run({ eventId, aggregateId, handler });
  }

  /** How far the deliveries of an event are, by handler. */
  async deliveries({ eventId, aggregateId }: DomainEvent): Promise<Record<string, string>> {
    const logged = await this.get(EventLog).find({ aggregateId, limit: 100 });
    const { deliveries } = logged.find((each) => each.eventId === eventId)!;
    return Object.fromEntries(deliveries.map(({ handler, status }) => [handler, status]));
  }

  /** The events whose effects are in the database, in the order in which they took place. */
  async effects(handler: string): Promise<string[]> {
    const rows = await this.query<{ event_id: string }>(
      'SELECT event_id FROM effects WHERE handler = $1 ORDER BY id',
      [handler],
    );
    return rows.map(({ event_id }) => event_id);
  }

  /** A job, and with it every other that waits, as taken by a worker that then fell silent. */
  async lockJobs(owner: string, lockedAt?: string): Promise<void> {
    await this.get(Transactor).run((tx) => this.get(Jobs).enqueue('anything', {}, tx));
    await this.lockAll(owner, lockedAt);
  }

  /** Every job that waits. @param lockedAt an interval from now. */
  async lockAll(owner: string, lockedAt = '-1 minute'): Promise<void> {
    await this.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() + $2::interval, attempts = 1
       WHERE locked_by IS NULL`,
      [owner, lockedAt],
    );
  }

  query<T>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    return this.get(DataSource).query<T[]>(statement, parameters);
  }

  async stop(): Promise<void> {
    await this.app.close();
    if (this.ownsDatabase) await this.database.drop();
  }
}

/** An effect that can be counted. */
export async function leaveEffect(
  { eventId, aggregateId }: { eventId: string; aggregateId: string },
  handler: string,
  tx: Tx,
): Promise<void> {
  await tx.query('INSERT INTO effects (event_id, aggregate_id, handler) VALUES ($1, $2, $3)', [
    eventId,
    aggregateId,
    handler,
  ]);
}
