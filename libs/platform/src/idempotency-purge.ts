import { inBatches } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Idempotency } from '@app/http';
import { Injectable } from '@nestjs/common';

/** Keys forgotten by one statement. */
const BATCH_SIZE = 1_000;

/** Here, since libs/http has the keys and libs/events the schedules, and neither knows the other. */
@Injectable()
export class IdempotencyPurge {
  constructor(private readonly idempotency: Idempotency) {}

  @Schedule({
    name: 'purge-idempotency-keys',
    cron: '*/10 * * * *',
    summary: 'Forgets idempotency keys, 24 hours after the request',
  })
  async sweep(): Promise<ScheduleReport> {
    return { purged: await inBatches(BATCH_SIZE, () => this.idempotency.purge(BATCH_SIZE)) };
  }
}
