import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Lane } from './lane.js';

/** What came of one attempt at a job. */
export interface JobRun {
  readonly name: string;
  readonly lane: Lane;
  /** parked: it failed, and that was its last attempt. */
  readonly outcome: 'done' | 'failed' | 'parked';
  readonly durationMs: number;
}

/** Tells of every attempt that this process makes at a job: for metrics. */
@Injectable()
export class JobRuns {
  readonly ended = new Subject<JobRun>();
}
