import { JobRuns, Schedules } from '@app/events';
import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';
import { Metrics } from './metrics.js';

/** From a delivery, which takes milliseconds, to a job that waits for somebody else's server until it gives up. */
const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** The jobs and schedules that ran in this process: how many, how they ended, how long they took. */
@Injectable()
export class WorkMetrics {
  constructor({ registry }: Metrics, jobs: JobRuns, schedules: Schedules) {
    const jobDurations = new Histogram({
      name: 'travellr_job_duration_seconds',
      help: 'Time of each attempt at a job, by its outcome: done, failed (it will be tried again), parked (that was the last attempt)',
      labelNames: ['lane', 'job', 'outcome'],
      buckets: BUCKETS_SECONDS,
      registers: [registry],
    });
    jobs.ended.subscribe(({ lane, name, outcome, durationMs }) =>
      jobDurations.observe({ lane, job: name, outcome }, durationMs / 1000),
    );

    const scheduleDurations = new Histogram({
      name: 'travellr_schedule_duration_seconds',
      help: 'Time of each run of a schedule, by its outcome: done, failed',
      labelNames: ['schedule', 'outcome'],
      buckets: BUCKETS_SECONDS,
      registers: [registry],
    });
    schedules.ended.subscribe(({ name, startedAt, finishedAt, error }) =>
      scheduleDurations.observe(
        { schedule: name, outcome: error === null ? 'done' : 'failed' },
        ((finishedAt ?? startedAt).getTime() - startedAt.getTime()) / 1000,
      ),
    );
  }
}
