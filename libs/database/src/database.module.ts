import { CONFIG, type Config } from '@app/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOf, dataSourceOptions } from './data-source.js';
import { Transactor } from './transactor.js';

export interface DatabaseModuleOptions {
  /** `travellr-api`, `travellr-worker`: shown by pg_stat_activity. */
  readonly applicationName: string;
}

/** The pool, the entities that feature modules register with `TypeOrmModule.forFeature`, and the {@link Transactor}. */
@Module({})
export class DatabaseModule {
  static forRoot({ applicationName }: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [CONFIG],
          useFactory: ({ database }: Config) => ({
            ...dataSourceOptions(connectionOf(database, applicationName)),
            autoLoadEntities: true,
            retryAttempts: 0,
          }),
        }),
      ],
      providers: [Transactor],
      exports: [Transactor],
    };
  }
}
