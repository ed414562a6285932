import { CacheModule } from '@app/cache';
import { ConfigModule, loadConfig } from '@app/config';
import { Transactor } from '@app/database';
import { EventsModule } from '@app/events';
import { HttpModule } from '@app/http';
import { Clock, ManualClock } from '@app/kernel';
import { Memberships, UsersModule } from '@app/users';
import { Global, Module, type LoggerService } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createTestDatabase } from './database.js';

/** Stands in for the vendors module: whoever is in the first set acts for a vendor, and in the second, alone. */
export class FakeMemberships extends Memberships {
  readonly vendors = new Set<string>();
  readonly onlyOwners = new Set<string>();

  hasVendor(userId: string): Promise<boolean> {
    return Promise.resolve(this.vendors.has(userId));
  }

  isLastOwner(userId: string): Promise<boolean> {
    return Promise.resolve(this.onlyOwners.has(userId));
  }
}

@Global()
@Module({
  providers: [
    Transactor,
    { provide: Clock, useClass: ManualClock },
    { provide: Memberships, useClass: FakeMemberships },
  ],
  exports: [Transactor, Clock, Memberships],
})
class Surroundings {}

/** Everything that was answered or logged, to be searched for what should not be there. */
class Transcript implements LoggerService {
  readonly lines: string[] = [];

  write(...parts: unknown[]): void {
    this.lines.push(
      parts.map((part) => (part instanceof Error ? String(part.stack) : JSON.stringify(part))).join(' '),
    );
  }

  log = this.write.bind(this);
  warn = this.write.bind(this);
  error = this.write.bind(this);
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
  body: any;
}

/** The users module on a database of its own, without the rest of the house. Its clock stands still until it is moved. */
export async function createUsersApp(environment: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const config = loadConfig({
    NODE_ENV: 'test',
    RATE_LIMIT: 'off',
    DATABASE_URL: database.url,
    JWT_SECRET: 'a secret of thirty-two characters',
    ...environment,
  });
  const transcript = new Transcript();
  const module = await Test.createTestingModule({
    imports: [
      Surroundings,
      HttpModule,
      ConfigModule.forRoot(config),
      CacheModule.forRoot(config),
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, poolSize: 16, autoLoadEntities: true }),
      EventsModule.forRoot({ worker: false }),
      UsersModule,
    ],
  })
    .setLogger(transcript)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();

  return {
    app,
    database,
    transcript,
    clock: app.get<ManualClock>(Clock),
    memberships: app.get<FakeMemberships>(Memberships),
    async request(
      method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
      url: string,
      { body, token }: { body?: unknown; token?: string } = {},
    ): Promise<Answer> {
      const answer = await app.inject({
        method,
        url,
        ...(body !== undefined && { payload: body as object }),
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      });
      transcript.write(answer.body);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown),
      };
    },
    async close(): Promise<void> {
      await app.close();
      await database.drop();
    },
  };
}

export type UsersApp = Awaited<ReturnType<typeof createUsersApp>>;
