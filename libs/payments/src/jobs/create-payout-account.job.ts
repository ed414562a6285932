import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { PayoutAccounts } from '../payout-accounts/payout-accounts.service.js';
import { CREATE_PAYOUT_ACCOUNT } from './job-names.js';

@Injectable()
@Job(CREATE_PAYOUT_ACCOUNT)
export class CreatePayoutAccount implements JobHandler<{ vendorId: string }> {
  constructor(private readonly accounts: PayoutAccounts) {}

  async run({ vendorId }: { vendorId: string }): Promise<void> {
    await this.accounts.open(vendorId);
  }
}
