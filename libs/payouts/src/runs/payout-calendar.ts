import { CONFIG, type Config } from '@app/config';
import { Clock } from '@app/kernel';
import type { PayoutSchedule } from '@app/vendors';
import { Inject, Injectable } from '@nestjs/common';
import { isDue, periodOf } from './payout-period.js';
import { PayoutRun } from './payout-run.entity.js';

/** The platform's weeks and months, by its own clock and in its own zone. */
@Injectable()
export class PayoutCalendar {
  private readonly timeZone: string;

  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) { payouts }: Config,
  ) {
    this.timeZone = payouts.timeZone;
  }

  /** Whether the scheduled payouts of the present period should have been made by now. */
  isDue(schedule: PayoutSchedule): boolean {
    return isDue(schedule, this.clock.now(), this.timeZone);
  }

  /** A run of the present period. */
  begin(run: Pick<PayoutRun, 'schedule' | 'vendorId' | 'forced' | 'requestedBy'>): PayoutRun {
    const now = this.clock.now();
    return PayoutRun.begin({ ...run, period: periodOf(run.schedule, now, this.timeZone) }, now);
  }
}
