import type { Tx } from '@app/database';
import { Jobs, VendorApproved, type Delivered, type DomainEventHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { CREATE_PAYOUT_ACCOUNT } from '../jobs/job-names.js';

/** A vendor that may sell will have to be paid. */
@Injectable()
@EventsHandler(VendorApproved)
export class OpenPayoutAccount implements DomainEventHandler<VendorApproved> {
  constructor(private readonly jobs: Jobs) {}

  handle({ payload: { vendorId } }: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    return this.jobs.enqueue(CREATE_PAYOUT_ACCOUNT, { vendorId }, tx);
  }
}
