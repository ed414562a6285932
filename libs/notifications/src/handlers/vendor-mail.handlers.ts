import type { Tx } from '@app/database';
import {
  VendorApproved,
  VendorPayout,
  VendorRejected,
  VendorSuspended,
  WebhookEndpointDisabled,
  type Delivered,
  type DomainEventHandler,
} from '@app/events';
import { User } from '@app/users';
import { Vendors } from '@app/vendors';
import { EventsHandler } from '@nestjs/cqrs';
import { MailQueue } from '../emails/mail-queue.js';

@EventsHandler(VendorApproved)
export class MailVendorApproved implements DomainEventHandler<VendorApproved> {
  constructor(
    private readonly mail: MailQueue,
    private readonly vendors: Vendors,
  ) {}

  async handle({ eventId, payload: { vendorId } }: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    const of = { kind: 'vendor-approved', sourceId: eventId, aboutId: vendorId, facts: {} } as const;
    await this.mail.queue(toEach(await this.vendors.owners(vendorId, tx), of), tx);
  }
}

@EventsHandler(VendorRejected)
export class MailVendorRejected implements DomainEventHandler<VendorRejected> {
  constructor(
    private readonly mail: MailQueue,
    private readonly vendors: Vendors,
  ) {}

  async handle({ eventId, payload }: Delivered<VendorRejected>, tx: Tx): Promise<void> {
    const { vendorId, reason } = payload;
    const of = { kind: 'vendor-rejected', sourceId: eventId, aboutId: vendorId, facts: { reason } } as const;
    await this.mail.queue(toEach(await this.vendors.owners(vendorId, tx), of), tx);
  }
}

@EventsHandler(VendorSuspended)
export class MailVendorSuspended implements DomainEventHandler<VendorSuspended> {
  constructor(
    private readonly mail: MailQueue,
    private readonly vendors: Vendors,
  ) {}

  async handle({ eventId, payload }: Delivered<VendorSuspended>, tx: Tx): Promise<void> {
    const { vendorId, reason } = payload;
    const of = { kind: 'vendor-suspended', sourceId: eventId, aboutId: vendorId, facts: { reason } } as const;
    await this.mail.queue(toEach(await this.vendors.owners(vendorId, tx), of), tx);
  }
}

@EventsHandler(VendorPayout)
export class MailPayoutNotice implements DomainEventHandler<VendorPayout> {
  constructor(
    private readonly mail: MailQueue,
    private readonly vendors: Vendors,
  ) {}

  async handle({ eventId, payload }: Delivered<VendorPayout>, tx: Tx): Promise<void> {
    const { vendorId, payoutId } = payload;
    const of = { kind: 'payout-notice', sourceId: eventId, aboutId: payoutId, facts: {} } as const;
    await this.mail.queue(toEach(await this.vendors.owners(vendorId, tx), of), tx);
  }
}

/** To the owners of the vendor whose it is; to the admins when it is the platform's. */
@EventsHandler(WebhookEndpointDisabled)
export class MailWebhookDisabled implements DomainEventHandler<WebhookEndpointDisabled> {
  constructor(
    private readonly mail: MailQueue,
    private readonly vendors: Vendors,
  ) {}

  async handle({ eventId, payload }: Delivered<WebhookEndpointDisabled>, tx: Tx): Promise<void> {
    const { endpointId, vendorId, url } = payload;
    const readers = vendorId === null ? await admins(tx) : await this.vendors.owners(vendorId, tx);
    const of = { kind: 'webhook-disabled', sourceId: eventId, aboutId: endpointId } as const;
    await this.mail.queue(toEach(readers, { ...of, facts: { vendorId, url } }), tx);
  }
}

/** More than any platform has. */
const MOST_ADMINS = 100;

async function admins(tx: Tx): Promise<string[]> {
  const active = await tx.find(User, {
    select: { id: true },
    where: { role: 'admin', isActive: true },
    order: { id: 'ASC' },
    take: MOST_ADMINS,
  });
  return active.map(({ id }) => id);
}

const toEach = <Request extends object>(userIds: readonly string[], request: Request) =>
  userIds.map((userId) => ({ ...request, userId }));
