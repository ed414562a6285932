import type { Config } from '@app/config';
import { logging, OpsModule, PlatformModule } from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';

import { Admission } from './admission.js';
import { Draining } from './draining.js';

/** The API process: the platform behind HTTP, and unless `WORKER=off` the worker inside it. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const worker = config.worker === 'inline';
    return {
      module: AppModule,
      imports: [
        logging(config),
        PlatformModule.forRoot(config, { applicationName: 'travellr-api', worker }),
        OpsModule.forRoot('api'),
      ],
      providers: [Admission, Draining],
    };
  }
}
