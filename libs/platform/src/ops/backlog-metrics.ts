import { setTimeout } from 'node:timers/promises';
import { EventStats, type Depth, type EventStatistics } from '@app/events';
import { Injectable, Logger } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from './metrics.js';

/** A scrape usually has ten seconds, and shows what the process itself knows also when the database does not answer. */
const PATIENCE_MS = 2_000;

type Sample = readonly [value: number, labels: Readonly<Record<string, string>>];

interface Measure {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  readonly samples: (now: EventStatistics) => readonly Sample[];
}

const MEASURES: readonly Measure[] = [
  {
    name: 'travellr_outbox_unrelayed_events',
    help: 'Events that are committed and not yet queued for their handlers',
    samples: ({ unrelayed }) => [[unrelayed.count, {}]],
  },
  {
    name: 'travellr_outbox_oldest_unrelayed_seconds',
    help: 'Age of the oldest of them; 0 when there is none',
    samples: ({ unrelayed }) => [[unrelayed.oldestAgeSeconds, {}]],
  },
  ...measuresOf('travellr_event_deliveries', 'Deliveries of events', 'handler', ({ deliveries }) =>
    deliveries.map(({ handler, ...depth }) => [handler, depth]),
  ),
  ...measuresOf('travellr_jobs', 'Jobs', 'lane', ({ jobs }) =>
    jobs.map(({ lane, ...depth }) => [lane, depth]),
  ),
];

function measuresOf(
  name: string,
  what: string,
  label: string,
  depths: (now: EventStatistics) => readonly (readonly [string, Depth])[],
): Measure[] {
  const measure = (suffix: string, help: string, key: keyof Depth): Measure => ({
    name: `${name}_${suffix}`,
    help: `${what} ${help}`,
    label,
    samples: (now) => depths(now).map(([owner, depth]) => [depth[key], { [label]: owner }]),
  });
  return [
    measure('pending', 'that wait or are at work', 'pending'),
    measure('parked', 'whose attempts are used up, waiting for an admin', 'parked'),
    measure(
      'lag_seconds',
      'that are due: for how long the first of them has been; 0 without any',
      'lagSeconds',
    ),
  ];
}

/**
 * How far behind events and jobs are. It is the database's state, so every process shows the same: take the maximum over processes, not
 * the sum. Read when scraped, once for all who scrape at the same time; absent while the database does not answer.
 */
@Injectable()
export class BacklogMetrics {
  private readonly logger = new Logger(BacklogMetrics.name);
  private reading?: Promise<EventStatistics | undefined>;

  constructor(
    { registry }: Metrics,
    private readonly stats: EventStats,
  ) {
    for (const measure of MEASURES) registry.registerMetric(gauge(measure, () => this.read()));
  }

  private read(): Promise<EventStatistics | undefined> {
    this.reading ??= this.stats
      .read()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'the backlog could not be read');
        return undefined;
      })
      .finally(() => {
        this.reading = undefined;
      });
    return Promise.race([this.reading, setTimeout(PATIENCE_MS, undefined, { ref: false })]);
  }
}

function gauge(
  { name, help, label, samples }: Measure,
  read: () => Promise<EventStatistics | undefined>,
): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: label ? [label] : [],
    aggregator: 'max',
    registers: [],
    async collect() {
      const now = await read();
      this.reset();
      if (now) for (const [value, labels] of samples(now)) this.set(labels, value);
      else if (!label) this.remove(); // it was reset to 0, which would look like no backlog
    },
  });
}
