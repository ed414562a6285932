import { Siblings, type Forgotten } from '@app/cache';
import { Global, Module } from '@nestjs/common';
import { answerSiblings, askSiblings } from './siblings.js';

const TOPIC = 'forget';

/** Usually it is less than a millisecond. What a cache keeps in memory lasts for seconds only, see `CacheService.isShared`. */
const WITHIN_MS = 100;

/** The memory caches of the processes that answer on the same port as this one. */
class SiblingCaches extends Siblings {
  async forget(what: Forgotten): Promise<void> {
    await askSiblings(TOPIC, what, WITHIN_MS);
  }

  whenTold(forget: (what: Forgotten) => Promise<void>): void {
    answerSiblings(TOPIC, (what) => forget(what as Forgotten));
  }
}

/** For a process that has siblings. */
@Global()
@Module({ providers: [{ provide: Siblings, useClass: SiblingCaches }], exports: [Siblings] })
export class SiblingCachesModule {}
