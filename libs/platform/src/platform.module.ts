import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AdminModule } from '@app/admin';
import { BookingsModule } from '@app/bookings';
import { CacheModule } from '@app/cache';
import { ConfigModule, type Config } from '@app/config';
import { DatabaseModule } from '@app/database';
import { EventsModule } from '@app/events';
import { HttpModule } from '@app/http';
import { Clock, SystemClock } from '@app/kernel';
import { LedgerModule } from '@app/ledger';
import { NotificationsModule } from '@app/notifications';
import { PaymentsModule } from '@app/payments';
import { PayoutsModule } from '@app/payouts';
import { TripsModule } from '@app/trips';
import { UsersModule } from '@app/users';
import { VendorsModule } from '@app/vendors';
import { WebhooksModule } from '@app/webhooks';
import { SiblingCachesModule } from './cluster/sibling-caches.js';
import { hasSiblings } from './cluster/siblings.js';
import { IdempotencyPurge } from './idempotency-purge.js';

@Global()
@Module({})
class ClockModule {
  static forRoot(clock: Clock): DynamicModule {
    return { module: ClockModule, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}

export interface PlatformOptions {
  /** `travellr-api`, `travellr-worker`: shown by pg_stat_activity. */
  readonly applicationName: string;
  /** Whether this process relays events, runs jobs and keeps the schedules. */
  readonly worker: boolean;
  /** The system's own, unless told otherwise. */
  readonly clock?: Clock;
}

/** All of Travellr but the process it runs in: the API serves its controllers, the worker runs its handlers and jobs. */
@Module({})
export class PlatformModule {
  static forRoot(
    config: Config,
    { applicationName, worker, clock = new SystemClock() }: PlatformOptions,
  ): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot(config),
        ClockModule.forRoot(clock),
        DatabaseModule.forRoot({ applicationName }),
        ...(hasSiblings ? [SiblingCachesModule] : []),
        CacheModule.forRoot(config),
        EventsModule.forRoot({ worker }),
        HttpModule,
        LedgerModule,
        UsersModule,
        VendorsModule,
        TripsModule,
        BookingsModule,
        PaymentsModule.forRoot(config),
        PayoutsModule,
        NotificationsModule,
        WebhooksModule,
        AdminModule,
      ],
      providers: [IdempotencyPurge],
    };
  }
}
