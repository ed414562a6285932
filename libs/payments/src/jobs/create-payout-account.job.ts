import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { PayoutAccountRefused } from '../payment.errors.js';
import { PayoutAccounts } from '../payout-accounts/payout-accounts.service.js';
import { CREATE_PAYOUT_ACCOUNT } from './job-names.js';

@Injectable()
@Job(CREATE_PAYOUT_ACCOUNT, { lane: 'gateway' })
export class CreatePayoutAccount implements JobHandler<{ vendorId: string }> {
  constructor(private readonly accounts: PayoutAccounts) {}

  /** A refusal is an answer: the vendor meets it when he asks for the account himself. */
  async run({ vendorId }: { vendorId: string }): Promise<void> {
    await this.accounts.open(vendorId).catch((error: unknown) => {
      if (!(error instanceof PayoutAccountRefused)) throw error;
    });
  }
}
