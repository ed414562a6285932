import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { once, EventEmitter } from 'node:events';
import { Sweeps } from './sweeps.js';

const story: string[] = [];
const bell = new EventEmitter();

@Injectable()
class YearlySweep {
  @Cron('0 0 1 1 *', { name: 'yearly', waitForCompletion: true })
  async sweep(): Promise<void> {
    await once(bell, 'enough');
    story.push('the sweep is done');
  }
}

/** Goes when the DataSource goes. */
@Injectable()
class Database implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    story.push('the database is gone');
  }
}

it('a sweep under way ends before the database goes', async () => {
  const app = await Test.createTestingModule({
    imports: [ScheduleModule.forRoot()],
    providers: [YearlySweep, Database, Sweeps],
  }).compile();
  await app.init();
  void app.get(SchedulerRegistry).getCronJob('yearly').fireOnTick();

  const closed = app.close();
  setImmediate(() => bell.emit('enough'));
  await closed;

  expect(story).toEqual(['the sweep is done', 'the database is gone']);
});
