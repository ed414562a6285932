import { CacheModule } from '@app/cache';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, Transactor } from '@app/database';
import { EventsModule, type Delivered, type VendorApproved } from '@app/events';
import { Authenticator, HttpModule, type Role } from '@app/http';
import { Clock, ManualClock, newId } from '@app/kernel';
import { ListTripsOfVendor, Patrons, SettlementCurrencies, TripsModule } from '@app/trips';
import { UsersModule } from '@app/users';
import { VendorsModule } from '@app/vendors';
import { Global, Module, type Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { createTestDatabase } from './database.js';

const clock = { provide: Clock, useFactory: () => new ManualClock() };

/** Stands in for the bookings module. */
class FakePatrons extends Patrons {
  private readonly booked = new Set<string>();

  /** @param token of the user. */
  book(token: string, tripId: string): void {
    this.booked.add(`${token.split('.')[1]} ${tripId}`);
  }

  hasBooked(userId: string, tripId: string): Promise<boolean> {
    return Promise.resolve(this.booked.has(`${userId} ${tripId}`));
  }
}

/** Stands in for the gateway: it settles in everything but Bolivian bolivianos. */
class FakeCurrencies extends SettlementCurrencies {
  has(code: string): boolean {
    return code !== 'BOB';
  }
}

@Global()
@Module({
  providers: [
    clock,
    { provide: Patrons, useClass: FakePatrons },
    { provide: SettlementCurrencies, useClass: FakeCurrencies },
  ],
  exports: [Clock, Patrons, SettlementCurrencies],
})
class Surroundings {}

interface Answer {
  readonly status: number;
  // Whatever JSON the route answers.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Users, vendors and trips over HTTP, on a PostgreSQL of their own; the clock stands at 2027-01-01 until it is moved. */
export class Catalogue {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async open(): Promise<Catalogue> {
    const database = await createTestDatabase();
    const config = loadConfig({
      DATABASE_URL: database.url,
      JWT_SECRET: 'x'.repeat(32),
      DATABASE_POOL_SIZE: '60',
      RATE_LIMIT: 'off',
    });
    const testing = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        Surroundings,
        DatabaseModule.forRoot({ applicationName: 'catalogue-spec' }),
        CacheModule.forRoot(config),
        EventsModule.forRoot({ worker: false }),
        HttpModule,
        UsersModule,
        VendorsModule,
        TripsModule,
      ],
    })
      .overrideProvider(Authenticator)
      .useValue({
        authenticate: (token: string) => {
          const [role, id] = token.split('.');
          return Promise.resolve({ id, role });
        },
      })
      .compile();
    const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
      logger: ['error'],
    });
    await app.init();
    return new Catalogue(app, database.drop);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.dropDatabase();
  }

  get<T>(type: Type<T> | (abstract new () => T)): T {
    return this.app.get(type as Type<T>);
  }

  get clock(): ManualClock {
    return this.get(Clock) as ManualClock;
  }

  get patrons(): FakePatrons {
    return this.get(Patrons) as FakePatrons;
  }

  query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.app.get(DataSource).query<T[]>(sql, parameters);
  }

  /** @returns the token of a new user. */
  async user(role: Role = 'traveller'): Promise<string> {
    const id = newId();
    await this.query(
      `INSERT INTO users (id, email, password_hash, name, role, created_at, updated_at) VALUES ($1, $2, '-', 'Ada', $3, $4, $4)`,
      [id, `${id}@example.com`, role, this.clock.now()],
    );
    return `${role}.${id}`;
  }

  async send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    token?: string,
    payload?: object,
  ): Promise<Answer> {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await this.app.inject({ method, url, headers, payload });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }

  /** What has been published, the oldest first. */
  events(): Promise<{ name: string; payload: Record<string, string> }[]> {
    return this.query('SELECT name, payload FROM outbox ORDER BY sequence, event_id');
  }

  /** Tells the trips that a vendor's status has changed. */
  async tellTrips(vendorId: string): Promise<void> {
    const news = { payload: { vendorId } } as Delivered<VendorApproved>;
    await this.get(Transactor).run((tx) => this.get(ListTripsOfVendor).handle(news, tx));
  }
}
