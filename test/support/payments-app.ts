import { loadConfig } from '@app/config';
import { migrate, Transactor } from '@app/database';
import { Jobs, OutboxRelay } from '@app/events';
import { Authenticator, type Actor } from '@app/http';
import { Clock, ManualClock, newId } from '@app/kernel';
import { PlatformModule } from '@app/platform';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Logger as JobLogger, runOnce, type TaskList } from 'graphile-worker';
import { HoldExpiry } from '@app/bookings';
import { Recovery } from '@app/payments';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { keepBalanced } from './balanced-books.js';
import { createTestDatabase } from './database.js';
import { openPool } from './pool.js';

const COMMISSION_BPS = 2000;
const DAY_MS = 86_400_000;
/** The mock gateway's job that says what becomes of a refund which waits, or is to fail later. */
const BANK_DECIDES = 'mock-gateway-refund';
const silent = new JobLogger(() => () => undefined);

/** Takes `<role>.<id>` for an access token: who signs in, and how, is tested elsewhere. */
class PlainAuthenticator extends Authenticator {
  authenticate(token: string): Promise<Actor | undefined> {
    const [role, id] = token.split('.') as [Actor['role'], string];
    return Promise.resolve({ role, id });
  }
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
  body: any;
}

export interface SoldBooking {
  readonly id: string;
  readonly departureId: string;
  readonly vendorId: string;
  readonly traveller: Actor;
  readonly vendor: Actor;
}

/**
 * The whole house on a database of its own, without a worker of its own: `settle()` relays events and runs jobs until none are left.
 * Its clock stands still until it is moved.
 */
export class PaymentsApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly clock: ManualClock,
    private readonly jobPool: pg.Pool,
    readonly close: () => Promise<void>,
  ) {}

  /** @param env settings beside its own, e.g. those of another gateway. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<PaymentsApp> {
    const database = await createTestDatabase();
    await migrate(database.url);
    const config = loadConfig({
      NODE_ENV: 'test',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret of thirty-two characters',
      ...env,
    });
    const clock = new ManualClock();
    const module = await Test.createTestingModule({
      imports: [PlatformModule.forRoot(config, { applicationName: 'travellr-test', worker: false })],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(Authenticator)
      .useClass(PlainAuthenticator)
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
      rawBody: true,
      logger: false,
    });
    app.setGlobalPrefix('api/v1');
    // The mock gateway sends its webhooks to the address at which this application listens.
    await app.listen(0, '127.0.0.1');
    const letBooksBe = keepBalanced((statement) => app.get(DataSource).query(statement));
    // One for all rounds of jobs: a new connection costs the server more than most rounds do.
    const jobPool = openPool({ connectionString: database.url });
    return new PaymentsApp(app, clock, jobPool, async () => {
      letBooksBe();
      await app.close();
      await jobPool.end();
      await database.drop();
    });
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  get transactor(): Transactor {
    return this.app.get(Transactor);
  }

  async request(
    actor: Actor,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.app.inject({
      method,
      url: `/api/v1${url}`,
      ...(body && { payload: body }),
      headers: { authorization: `Bearer ${actor.role}.${actor.id}`, ...headers },
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown),
    };
  }

  /** Relays and works until nothing is left to do, and banks have said what they have to; a job that fails is left for later. */
  async settle(): Promise<void> {
    const tasks: TaskList = {};
    for (const [name, handler] of this.app.get(Jobs).handlers())
      tasks[name] = (payload) => handler.run(payload as object);
    do {
      await this.makeDue([BANK_DECIDES]);
      await runOnce({ pgPool: this.jobPool, taskList: tasks, logger: silent });
    } while ((await this.app.get(OutboxRelay).relayAll()) + (await this.makeDue([BANK_DECIDES])) > 0);
  }

  /** As if the time had gone by for which jobs were told to wait, such as late webhooks; then settles. */
  async settleLate(): Promise<void> {
    while ((await this.makeDue([...this.app.get(Jobs).handlers().keys()])) > 0) await this.settle();
  }

  /** @returns how many were not due yet. One that has failed before waits its time. */
  private async makeDue(names: readonly string[]): Promise<number> {
    const jobs = await this.dataSource.query<unknown[]>(
      `SELECT id FROM graphile_worker.reschedule_jobs(ARRAY(
         SELECT id FROM graphile_worker.jobs
         WHERE task_identifier = ANY ($1) AND run_at > now() AND attempts = 0 AND locked_at IS NULL
       ), run_at => now())`,
      [names],
    );
    return jobs.length;
  }

  async expireHolds(): Promise<void> {
    await this.app.get(HoldExpiry).sweep();
  }

  /** As if 16 seconds had gone by without anyone touching what was interrupted. */
  async recover(): Promise<void> {
    this.clock.advance(16_000);
    await this.app.get(Recovery).sweep();
  }

  /** For what another request does in its own time. @throws Error after 2 s. */
  async eventually(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 2_000;
    while (!(await holds())) if (Date.now() > deadline) throw new Error('it did not happen');
  }

  /** @throws Error naming every promise that the records do not keep, and books that do not sum to zero. */
  async requireSound(): Promise<void> {
    const admin = { id: newId(), role: 'admin' } as const;
    const integrity = (await this.request(admin, 'GET', '/admin/integrity')).body;
    const books = (await this.request(admin, 'GET', '/admin/ledger/trial-balance')).body.data as {
      total: number;
    }[];
    if (integrity.ok !== true || books.some(({ total }) => total !== 0))
      throw new Error(JSON.stringify({ integrity, books }, undefined, 2));
  }

  async createUser(role: Actor['role'] = 'traveller'): Promise<Actor> {
    const id = newId();
    await this.dataSource.query(
      `INSERT INTO users (id, email, password_hash, name, role, created_at, updated_at) VALUES ($1, $2, '-', 'Ada', $3, $4, $4)`,
      [id, `${id}@example.com`, role, this.clock.now()],
    );
    return { id, role };
  }

  /** A pending booking of one seat among `capacity`, at `total` minor units, made over REST; with people of its own, or of the vendor `of`. */
  async book({
    total = 10_000,
    currency = 'USD',
    capacity = 10,
    startsInDays = 30,
    of = undefined as Pick<SoldBooking, 'vendorId' | 'vendor'> | undefined,
  } = {}): Promise<SoldBooking> {
    const traveller = await this.createUser();
    const { vendor, vendorId } = of ?? (await this.createVendor(currency));
    const [tripId, unitId, departureId] = [newId(), newId(), newId()];
    const now = this.clock.now();
    const startsAt = new Date(now.getTime() + startsInDays * DAY_MS);
    const insert = (sql: string, parameters: unknown[]) => this.dataSource.query(sql, parameters);
    await insert(
      `INSERT INTO trips (id, vendor_id, slug, title, description, location, country, time_zone, duration_minutes, currency,
         status, booking_cutoff_minutes, cancellation_policy, price_from, listed, created_at, updated_at)
       VALUES ($1, $2, $3, 'Inca trail', 'A walk', 'Cusco', 'PE', 'America/Lima', 60, $4, 'published', 60, $5, $6, true, $7, $7)`,
      [tripId, vendorId, `trip-${tripId}`, currency, policy, total, now],
    );
    await insert(
      `INSERT INTO trip_units (id, trip_id, type, price, pax_count) VALUES ($1, $2, 'adult', $3, 1)`,
      [unitId, tripId, total],
    );
    await insert(
      `INSERT INTO departures (id, trip_id, local_start, starts_at, ends_at, cutoff_at, capacity, sellable, status,
         created_at, updated_at)
       VALUES ($1, $2, '2027-01-10T09:00:00', $3, $3, $3, $4, true, 'scheduled', $5, $5)`,
      [departureId, tripId, startsAt, capacity, now],
    );
    const { body } = await this.request(traveller, 'POST', '/bookings', {
      departureId,
      items: [{ unitId, quantity: 1 }],
    });
    return { id: body.id as string, departureId, vendorId, traveller, vendor };
  }

  private async createVendor(currency: string): Promise<{ vendorId: string; vendor: Actor }> {
    const [vendorId, vendor, now] = [newId(), await this.createUser(), this.clock.now()];
    await this.dataSource.query(
      `INSERT INTO vendors (id, business_name, phone, country, time_zone, default_currency, status, commission_bps,
         payout_schedule, payout_minimum, created_at, updated_at)
       VALUES ($1, 'Andes Walks', '+51845550100', 'PE', 'America/Lima', $2, 'approved', $3, 'weekly', 5000, $4, $4)`,
      [vendorId, currency, COMMISSION_BPS, now],
    );
    await this.dataSource.query(
      'INSERT INTO vendor_members (vendor_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)',
      [vendorId, vendor.id, 'owner', now],
    );
    return { vendorId, vendor };
  }

  /** Pays for a booking as its traveller. */
  pay(
    { id, traveller }: SoldBooking,
    paymentMethod = 'pm_ok',
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.request(traveller, 'POST', '/payments', { bookingId: id, paymentMethod }, headers);
  }

  async booking({ id, traveller }: SoldBooking) {
    return (await this.request(traveller, 'GET', `/bookings/${id}`)).body;
  }

  /** What the books have for a booking, by account, debit positive; accounts that stand at nothing are left out. */
  async books({ id }: SoldBooking): Promise<Record<string, number>> {
    const rows = await this.dataSource.query<{ name: string; balance: number }[]>(
      `SELECT account.name, sum(posting.amount)::int AS balance
       FROM journals journal JOIN postings posting ON posting.journal_id = journal.id
       JOIN ledger_accounts account ON account.id = posting.account_id
       WHERE journal.booking_id = $1 GROUP BY account.name HAVING sum(posting.amount) <> 0`,
      [id],
    );
    return Object.fromEntries(rows.map(({ name, balance }) => [name, balance]));
  }

  /** The names of the events told of a booking, in order. */
  async eventsOf({ id }: SoldBooking): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      'SELECT name FROM outbox WHERE aggregate_id = $1 ORDER BY sequence',
      [id],
    );
    return rows.map(({ name }) => name);
  }
}

/** All until a week before the start, half until a day before. */
const policy = {
  name: 'custom',
  tiers: [
    { untilMinutesBefore: 7 * 24 * 60, refundBps: 10_000 },
    { untilMinutesBefore: 24 * 60, refundBps: 5000 },
  ],
};
