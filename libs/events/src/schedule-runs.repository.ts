import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ScheduleRun } from './schedule-run.entity.js';

@Injectable()
export class ScheduleRunsRepository {
  constructor(@InjectRepository(ScheduleRun) private readonly runs: Repository<ScheduleRun>) {}

  /** Whatever began before the run that is there is no longer the last one, and changes nothing. */
  async save({ name, requestedBy, startedAt, finishedAt, report, error }: ScheduleRun): Promise<void> {
    await this.runs.query(
      `INSERT INTO schedule_runs AS last (name, requested_by, started_at, finished_at, report, error)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ON CONSTRAINT schedule_runs_pkey DO UPDATE
       SET requested_by = excluded.requested_by, started_at = excluded.started_at, finished_at = excluded.finished_at,
           report = excluded.report, error = excluded.error
       WHERE last.started_at <= excluded.started_at`,
      [name, requestedBy, startedAt, finishedAt, report, error],
    );
  }

  /** One for each schedule that ever ran, those of other versions included. */
  findAll(): Promise<ScheduleRun[]> {
    return this.runs.find();
  }
}
