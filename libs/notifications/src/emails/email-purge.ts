import { inBatches } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EmailsRepository } from './emails.repository.js';

const KEPT_MS = 90 * 24 * 60 * 60_000;
const BATCH_SIZE = 1_000;

/** To whom was written what is nobody's business for ever. */
@Injectable()
export class EmailPurge {
  constructor(
    private readonly emails: EmailsRepository,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'purge-emails',
    cron: '40 3 * * *',
    summary: 'Forgets mail that was settled over 90 days ago, and where it went if the account is deleted',
  })
  async purge(): Promise<ScheduleReport> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    const purged = await inBatches(BATCH_SIZE, () => this.emails.deleteSettled(before, BATCH_SIZE));
    const anonymised = await inBatches(BATCH_SIZE, () => this.emails.forgetDeleted(BATCH_SIZE));
    return { purged, anonymised };
  }
}
