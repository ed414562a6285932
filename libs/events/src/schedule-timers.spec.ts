import { Transactor } from '@app/database';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { Job, Jobs, type JobHandler } from './jobs.js';
import { Schedule, type ScheduleReport } from './schedule.js';

const WITHIN_MS = 60_000;
/** WORKER_CONCURRENCY, by default. */
const SLOTS = 4;

/** A few at a time, each as long as the test likes. */
@Injectable()
class Chorus {
  readonly gate = new EventEmitter();
  begun = 0;
  ended = 0;
  mostAtOnce = 0;

  @Schedule({ name: 'sing', everySeconds: 0.02, atOnce: 3, summary: 'Sings' })
  async sing(): Promise<ScheduleReport> {
    this.begun += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.begun - this.ended);
    await once(this.gate, 'open');
    this.ended += 1;
    return {};
  }
}

/** A few dozen times a second, each run as long as the test likes. */
@Injectable()
class Pulse implements OnApplicationShutdown {
  static readonly story: string[] = [];
  readonly gate = new EventEmitter();
  begun = 0;
  private running = 0;
  mostAtOnce = 0;
  fails = 0;

  @Schedule({ name: 'pulse', everySeconds: 0.02, summary: 'Beats' })
  async beat(): Promise<ScheduleReport> {
    this.begun += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.running += 1));
    await once(this.gate, 'open');
    this.running -= 1;
    Pulse.story.push('a beat ended');
    if (this.fails-- > 0) throw new Error('skipped');
    return {};
  }

  @Schedule({ name: 'breathe', cron: '* * * * *', summary: 'Breathes' })
  breathe(): Promise<ScheduleReport> {
    return Promise.resolve({});
  }

  /** When connections go, or later. */
  onApplicationShutdown(): void {
    Pulse.story.push('the application ends');
  }
}

@Injectable()
@Job('blink')
class Blink implements JobHandler<object> {
  static begun = 0;

  async run(): Promise<void> {
    Blink.begun += 1;
  }
}

describe('a worker', () => {
  let app: EventsApp;
  let pulse: Pulse;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Pulse, Chorus], worker: true });
    pulse = app.get(Pulse);
  });

  const begun = (count: number) =>
    eventually(
      async () => pulse.begun,
      (runs) => runs >= count,
      WITHIN_MS,
    );

  it('runs what is due every few seconds again and again, one at a time, also after a failure', async () => {
    pulse.fails = 1;
    for (const count of [1, 2, 3]) {
      await begun(count);
      pulse.gate.emit('open');
    }
    await begun(4);

    expect(pulse.mostAtOnce).toBe(1);
  });

  it('does not wait for a run that hangs where several may be under way, until so many are', async () => {
    const chorus = app.get(Chorus);
    for (const count of [3, 6, 9]) {
      await eventually(
        async () => chorus.begun,
        (runs) => runs >= count,
        WITHIN_MS,
      );
      chorus.gate.emit('open');
    }

    expect(chorus.mostAtOnce).toBe(3);
  });

  it('lets the queue keep the minutes of the others', async () => {
    const known = await eventually(
      () =>
        app.query<{ identifier: string }>('SELECT identifier FROM graphile_worker._private_known_crontabs'),
      ({ length }) => length > 0,
      WITHIN_MS,
    );

    const names = known.map(({ identifier }) => identifier);
    expect(names).toContain('breathe');
    expect(names).not.toContain('pulse');
  });

  it('ends what is under way before the database goes', async () => {
    await begun(4);
    Pulse.story.length = 0;

    const gates = [pulse.gate, app.get(Chorus).gate];
    const opening = setInterval(() => gates.forEach((gate) => gate.emit('open')), 5);
    await app.stop();
    clearInterval(opening);

    expect(Pulse.story[0]).toBe('a beat ended');
    expect(Pulse.story.at(-1)).toBe('the application ends');
  });
});

describe('a worker that is told to stop while something scheduled takes its time', () => {
  it('looks for no job any more, and waits for it no longer than for jobs', async () => {
    const api = await EventsApp.start({ providers: [Blink] });
    const worker = await EventsApp.start({ providers: [Blink, Pulse], worker: true, database: api.database });
    const blink = (times: number) =>
      api.get(Transactor).run((tx) =>
        api.get(Jobs).enqueueAll(
          Array.from({ length: times }, () => ({ name: 'blink', payload: {} })),
          tx,
        ),
      );
    await blink(1);
    await eventually(async () => Blink.begun > 0 && worker.get(Pulse).begun > 0, Boolean, WITHIN_MS);

    const stopped = worker.stop();
    await blink(50);
    await stopped;

    // Whoever was just looking for a job may have got one.
    expect(Blink.begun).toBeLessThanOrEqual(1 + SLOTS);
    await api.stop();
  }, 60_000);
});
