import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { PayoutAccounts } from '../payout-accounts/payout-accounts.service.js';
import { NEWS_JOBS } from './job-names.js';

/** Something happened to a vendor's account at the gateway, e.g. payouts to it were enabled. */
@Injectable()
@Job(NEWS_JOBS.account, { lane: 'gateway' })
export class AccountNews implements JobHandler<{ accountId: string }> {
  constructor(private readonly accounts: PayoutAccounts) {}

  run({ accountId }: { accountId: string }): Promise<void> {
    return this.accounts.refresh(accountId);
  }
}
