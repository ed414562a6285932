import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBus, EventsHandler } from '@nestjs/cqrs';
import { ConfigModule, loadConfig } from '../../dist/libs/config/src/index.js';
import { DatabaseModule, migrate, Transactor } from '../../dist/libs/database/src/index.js';
import { EventsModule, VendorApproved, VendorSuspended } from '../../dist/libs/events/src/index.js';
import { Clock, newId, SystemClock } from '../../dist/libs/kernel/src/index.js';

const BATCH_SIZE = 500;
/** By how many handlers listen for it. */
const EVENTS = { 1: VendorSuspended, 2: VendorApproved };

/** Nothing but the events of the product, and two handlers that write a row each: what delivering costs by itself. */
export class PlainHouse {
  static async open(url, { worker }) {
    await migrate(url);
    const config = loadConfig({ DATABASE_URL: url, WORKER: worker ? 'inline' : 'off' });
    const imports = [
      ConfigModule.forRoot(config),
      {
        module: class {},
        global: true,
        providers: [{ provide: Clock, useClass: SystemClock }],
        exports: [Clock],
      },
      DatabaseModule.forRoot({ applicationName: 'travellr-bench' }),
      EventsModule.forRoot({ worker }),
    ];
    const house = class {};
    const providers = [
      writerCalled('FirstHandler', VendorApproved, VendorSuspended),
      writerCalled('SecondHandler', VendorApproved),
    ];
    Module({ imports, providers })(house);
    return new PlainHouse(await NestFactory.createApplicationContext(house, { logger: ['error'] }));
  }

  constructor(app) {
    this.app = app;
  }

  /** Each of an aggregate of its own, for one handler or two. */
  async publish(count, handlers) {
    const [transactor, bus] = [this.app.get(Transactor), this.app.get(EventBus)];
    await transactor.run((tx) =>
      tx.query('CREATE TABLE effects (event_id uuid NOT NULL, handler text NOT NULL)'),
    );
    for (let left = count; left > 0; left -= BATCH_SIZE) {
      const events = Array.from(
        { length: Math.min(left, BATCH_SIZE) },
        () => new EVENTS[handlers]({ vendorId: newId() }),
      );
      await transactor.run((tx) => bus.publishAll(events, tx));
    }
  }

  close() {
    return this.app.close();
  }
}

/** A handler of that name. */
function writerCalled(name, ...events) {
  const writer = {
    [name]: class {
      async handle({ eventId }, tx) {
        await tx.query('INSERT INTO effects (event_id, handler) VALUES ($1, $2)', [eventId, name]);
      }
    },
  }[name];
  EventsHandler(...events)(writer);
  return writer;
}
