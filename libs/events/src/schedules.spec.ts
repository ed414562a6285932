import { Clock, type ManualClock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import { Logger, run, runOnce } from 'graphile-worker';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { Jobs } from './jobs.js';
import type { Lane } from './lane.js';
import { cronsOf } from './schedule-crons.js';
import { Schedule, type ScheduleReport } from './schedule.js';
import { Schedules } from './schedules.service.js';

const WITHIN_MS = 60_000;
const QUIETLY = { maxPoolSize: 2, concurrency: 1, logger: new Logger(() => () => undefined) };
const ADMIN = '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11';

@Injectable()
class Gardener {
  reports: ScheduleReport[] = [];
  watered = 0;
  /** What watering waits for. */
  tap?: Promise<unknown>;

  @Schedule({ name: 'water', cron: '30 6 * * *', summary: 'Waters the garden' })
  async water(): Promise<ScheduleReport> {
    this.watered += 1;
    await this.tap;
    return this.reports.shift() ?? { plants: 0 };
  }

  @Schedule({ name: 'weed', everySeconds: 3_600, summary: 'Weeds it' })
  async weed(): Promise<ScheduleReport> {
    return this.reports.shift() ?? { weeds: 0 };
  }

  @Schedule({ name: 'mow', cron: '* * * * *', lane: 'gateway', summary: 'Mows the lawn' })
  async mow(): Promise<ScheduleReport> {
    throw new Error('the mower is broken');
  }
}

describe('schedules', () => {
  let app: EventsApp;
  let schedules: Schedules;
  let gardener: Gardener;
  let clock: ManualClock;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Gardener] });
    schedules = app.get(Schedules);
    gardener = app.get(Gardener);
    clock = app.get(Clock) as ManualClock;
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    gardener.reports = [];
    gardener.watered = 0;
    await app.query('DELETE FROM schedule_runs');
  });

  const lastRun = async (name: string) => (await schedules.lastRuns()).get(name);

  it('are the marked methods, by name', () => {
    const own = schedules.all().filter(({ name }) => !name.startsWith('purge-'));

    expect(own).toEqual([
      { name: 'mow', cron: '* * * * *', lane: 'gateway', summary: 'Mows the lawn' },
      { name: 'water', cron: '30 6 * * *', summary: 'Waters the garden' },
      { name: 'weed', everySeconds: 3_600, summary: 'Weeds it' },
    ]);
  });

  it('run for whoever asks, and say what came of it', async () => {
    gardener.reports = [{ plants: 12 }];
    const began = clock.now();
    const done = await schedules.run('water', ADMIN);

    expect(done).toEqual({
      name: 'water',
      requestedBy: ADMIN,
      startedAt: began,
      finishedAt: began,
      report: { plants: 12 },
      error: null,
    });
    expect(await lastRun('water')).toEqual(done);
  });

  it('that fail say why, and fail for whoever asked', async () => {
    await expect(schedules.run('mow')).rejects.toThrow('the mower is broken');

    expect(await lastRun('mow')).toMatchObject({
      requestedBy: null,
      report: null,
      error: 'Error: the mower is broken',
      finishedAt: clock.now(),
    });
  });

  it('of every few seconds write nothing down when there was nothing to do', async () => {
    await schedules.run('weed');
    expect(await lastRun('weed')).toBeUndefined();

    gardener.reports = [{ weeds: 3 }];
    await schedules.run('weed');
    expect(await lastRun('weed')).toMatchObject({ report: { weeds: 3 } });
  });

  it('show a run that is under way, and in the end the one that began last', async () => {
    const valve = new EventEmitter();
    gardener.tap = once(valve, 'open');
    const first = schedules.run('water');
    await eventually(async () => gardener.watered, Boolean, WITHIN_MS);
    expect(await lastRun('water')).toMatchObject({ finishedAt: null, report: null, error: null });

    clock.advance(60_000);
    gardener.tap = undefined;
    gardener.reports = [{ plants: 2 }, { plants: 1 }];
    await schedules.run('water', ADMIN);
    valve.emit('open');

    expect(await first).toMatchObject({ report: { plants: 1 } });
    expect(await lastRun('water')).toMatchObject({ requestedBy: ADMIN, report: { plants: 2 } });
  });

  it('are known by their names only', async () => {
    await expect(schedules.run('sing')).rejects.toThrow('no schedule of this version is called sing');
  });

  it('have names of their own', async () => {
    @Injectable()
    class Sprinkler {
      @Schedule({ name: 'water', cron: '* * * * *', summary: 'Waters the lawn' })
      water(): Promise<ScheduleReport> {
        return Promise.resolve({});
      }
    }

    await expect(EventsApp.start({ providers: [Gardener, Sprinkler] })).rejects.toThrow(
      'two schedules are called water',
    );
  });

  describe('by cron', () => {
    it('are due at their minutes, UTC', () => {
      const { match } = crons('water').item;

      expect(match({ min: 30, hour: 6, date: 1, month: 1, dow: 5 })).toBe(true);
      expect(match({ min: 30, hour: 7, date: 1, month: 1, dow: 5 })).toBe(false);
    });

    it('are kept by the runners of their lanes', () => {
      const names = (lane: Lane) =>
        [...cronsOf(schedules, lane).jobs.keys()].filter((name) => !name.startsWith('purge-'));

      expect([names('work'), names('gateway'), names('mail')]).toEqual([['water'], ['mow'], []]);
      expect(['water', 'weed', 'mow'].map((name) => app.get(Jobs).laneOf(name))).toEqual([
        'work',
        'work',
        'gateway',
      ]);
    });

    it('are queued once for a minute, however many workers see it begin', async () => {
      const runners = await Promise.all([1, 2, 3].map(() => seeAMinuteBegin()));
      await eventually(
        () => app.query('SELECT FROM graphile_worker.jobs'),
        ({ length }) => length === 0,
        WITHIN_MS,
      );
      await Promise.all(runners.map((runner) => runner.stop()));

      expect(gardener.watered).toBe(1);
      expect(await lastRun('water')).toMatchObject({ requestedBy: null, report: { plants: 0 } });
    });

    /** As a worker does that was there when the minute began: graphile-worker makes up for one that it has just missed. */
    async function seeAMinuteBegin() {
      const { item, taskList } = crons('water');
      await app.query(
        `INSERT INTO graphile_worker._private_known_crontabs (identifier, known_since)
         VALUES ('water', now() - interval '1 hour') ON CONFLICT DO NOTHING`,
      );
      const events = new EventEmitter();
      const started = once(events, 'cron:started');
      const runner = await run({
        ...QUIETLY,
        connectionString: app.database.url,
        noHandleSignals: true,
        taskList,
        parsedCronItems: [
          { ...item, match: () => true, options: { ...item.options, backfillPeriod: 60_000 } },
        ],
        events,
      });
      await started;
      return runner;
    }

    it('do not pile up behind a slow run: one is under way, one waits until it has ended', async () => {
      const { queueName, jobKey, jobKeyMode } = crons('water').item.options;
      const tick = () =>
        app.query(
          `SELECT FROM graphile_worker.add_job('water', '{}', $1, job_key => $2, job_key_mode => $3)`,
          [queueName, jobKey, jobKeyMode],
        );
      await tick();
      for (const table of ['_private_jobs', '_private_job_queues'])
        await app.query(`UPDATE graphile_worker.${table} SET locked_at = now(), locked_by = 'another'`);
      for (let minute = 0; minute < 5; minute += 1) await tick();
      const work = () =>
        runOnce({ ...QUIETLY, connectionString: app.database.url, taskList: crons('water').taskList });

      await work();
      expect(await app.query('SELECT locked_by FROM graphile_worker.jobs ORDER BY id')).toEqual([
        { locked_by: 'another' },
        { locked_by: null },
      ]);
      await app.query(`DELETE FROM graphile_worker._private_jobs WHERE locked_by = 'another'`);
      await app.query(`SELECT graphile_worker.force_unlock_workers(ARRAY['another'])`);
      await work();
      expect(gardener.watered).toBe(1);
    });
  });

  function crons(name: string) {
    const { items, jobs } = cronsOf(schedules, 'work');
    const item = items.find(({ identifier }) => identifier === name)!;
    return { item, taskList: { [name]: () => jobs.get(name)!.run({}) } };
  }
});
