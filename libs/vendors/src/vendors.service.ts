import { CONFIG, type Config } from '@app/config';
import { Transactor, type Tx } from '@app/database';
import { VendorApproved, VendorRejected, VendorSuspended } from '@app/events';
import { decodeCursor, page, ResourceNotFound, type Actor, type Page, type PageQuery } from '@app/http';
import { Clock, newId } from '@app/kernel';
import { Users } from '@app/users';
import { Inject, Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { In, LessThan, MoreThan, Repository } from 'typeorm';
import { VendorMember, type VendorRole } from './vendor-member.entity.js';
import { statusesBefore, type VendorStatus } from './vendor-status.js';
import type { RegisterVendor, UpdateVendor } from './vendor.dto.js';
import { Vendor } from './vendor.entity.js';
import { VendorTransitionNotAllowed } from './vendor.errors.js';

/** Registration, membership and approval of vendors. To a stranger, a vendor does not exist. */
@Injectable()
export class Vendors {
  constructor(
    @InjectRepository(Vendor) private readonly vendors: Repository<Vendor>,
    @InjectRepository(VendorMember) private readonly members: Repository<VendorMember>,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly users: Users,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The user becomes the owner; the vendor waits for approval. One user may own several. */
  async register(userId: string, application: RegisterVendor): Promise<Vendor> {
    const now = this.clock.now();
    const vendor = this.vendors.create({
      id: newId(),
      ...application,
      taxId: application.taxId ?? null,
      status: 'pending',
      statusReason: null,
      commissionBps: this.config.vendor.commissionBps,
      payoutSchedule: 'weekly',
      payoutMinimum: this.config.vendor.payoutMinimum,
      payoutGateway: null,
      payoutAccountId: null,
      payoutsEnabled: false,
      createdAt: now,
      updatedAt: now,
    });
    await this.transactor.run(async (tx) => {
      await tx.insert(Vendor, vendor);
      await tx.insert(VendorMember, { vendorId: vendor.id, userId, role: 'owner', createdAt: now });
    });
    await this.users.forgetProfile(userId);
    return vendor;
  }

  /** A rejected vendor that is corrected is pending again. @throws ResourceNotFound for strangers. */
  async update(actor: Actor, id: string, changes: UpdateVendor): Promise<Vendor> {
    await this.requireMember(actor, id);
    const updatedAt = this.clock.now();
    await this.transactor.run(async (tx) => {
      await tx.update(Vendor, { id }, { ...changes, updatedAt });
      await tx.update(
        Vendor,
        { id, status: In(statusesBefore('pending')) },
        { status: 'pending', statusReason: null },
      );
    });
    return this.vendors.findOneByOrFail({ id });
  }

  find(id: string): Promise<Vendor | null> {
    return this.vendors.findOneBy({ id });
  }

  /** @param accountId of the gateway's. */
  findByPayoutAccount(gateway: string, accountId: string): Promise<Vendor | null> {
    return this.vendors.findOneBy({ payoutGateway: gateway, payoutAccountId: accountId });
  }

  async membership(userId: string, vendorId: string): Promise<VendorRole | undefined> {
    return (await this.members.findOneBy({ userId, vendorId }))?.role;
  }

  /** The users who own the vendor, the oldest first; 100 at most. @param tx when asked inside one. */
  async owners(vendorId: string, tx?: Tx): Promise<string[]> {
    const owners = await (tx ?? this.members.manager).find(VendorMember, {
      select: { userId: true },
      where: { vendorId, role: 'owner' },
      order: { userId: 'ASC' },
      take: 100,
    });
    return owners.map(({ userId }) => userId);
  }

  /** The vendors this user acts for, the oldest first. */
  async vendorIdsOf(userId: string): Promise<string[]> {
    const memberships = await this.members.find({ where: { userId }, order: { vendorId: 'ASC' } });
    return memberships.map(({ vendorId }) => vendorId);
  }

  /** Members may act for their vendor, admins for all. Undefined is a visitor without a token. */
  async mayActFor(actor: Actor | undefined, vendorId: string): Promise<boolean> {
    if (!actor) return false;
    return actor.role === 'admin' || (await this.membership(actor.id, vendorId)) !== undefined;
  }

  /** @returns the vendor, to whoever may act for it. @throws ResourceNotFound to anyone else. */
  async requireMember(actor: Actor, vendorId: string): Promise<Vendor> {
    const vendor = await this.find(vendorId);
    if (!vendor || !(await this.mayActFor(actor, vendorId))) throw new ResourceNotFound('vendor', vendorId);
    return vendor;
  }

  /** Members of one vendor, by user id. @throws ResourceNotFound for strangers. */
  async listMembers(
    actor: Actor,
    vendorId: string,
    { limit, cursor }: PageQuery,
  ): Promise<Page<VendorMember>> {
    await this.requireMember(actor, vendorId);
    const after = idIn(cursor);
    const rows = await this.members.find({
      where: { vendorId, ...(after && { userId: MoreThan(after) }) },
      order: { userId: 'ASC' },
      take: limit + 1,
    });
    return page(rows, limit, ({ userId }) => [userId]);
  }

  /** All vendors, or those of one status; the newest first. For admins. */
  async list({ status, limit, cursor }: PageQuery & { status?: VendorStatus }): Promise<Page<Vendor>> {
    const after = idIn(cursor);
    const rows = await this.vendors.find({
      where: { ...(status && { status }), ...(after && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** Also lifts a suspension. @throws VendorTransitionNotAllowed, ResourceNotFound */
  approve(id: string): Promise<Vendor> {
    return this.move(id, 'approved', null, new VendorApproved({ vendorId: id }));
  }

  /** @throws VendorTransitionNotAllowed, ResourceNotFound */
  reject(id: string, reason: string): Promise<Vendor> {
    return this.move(id, 'rejected', reason, new VendorRejected({ vendorId: id, reason }));
  }

  /** Nothing new of it is sold; confirmed bookings stand. @throws VendorTransitionNotAllowed, ResourceNotFound */
  suspend(id: string, reason: string): Promise<Vendor> {
    return this.move(id, 'suspended', reason, new VendorSuspended({ vendorId: id, reason }));
  }

  /** Records the vendor's account at the gateway. @throws ResourceNotFound */
  async setPayoutAccount(
    vendorId: string,
    account: { gateway: string; id: string; payoutsEnabled: boolean },
    tx: Tx,
  ): Promise<void> {
    const { affected } = await tx.update(
      Vendor,
      { id: vendorId },
      {
        payoutGateway: account.gateway,
        payoutAccountId: account.id,
        payoutsEnabled: account.payoutsEnabled,
        updatedAt: this.clock.now(),
      },
    );
    if (affected === 0) throw new ResourceNotFound('vendor', vendorId);
  }

  private move(
    id: string,
    to: VendorStatus,
    statusReason: string | null,
    news: VendorApproved | VendorRejected | VendorSuspended,
  ): Promise<Vendor> {
    return this.transactor.run(async (tx) => {
      const { affected } = await tx.update(
        Vendor,
        { id, status: In(statusesBefore(to)) },
        { status: to, statusReason, updatedAt: this.clock.now() },
      );
      const vendor = await tx.findOneBy(Vendor, { id });
      if (!vendor) throw new ResourceNotFound('vendor', id);
      if (affected === 0) throw new VendorTransitionNotAllowed(vendor.status, to);
      await this.events.publish(news, tx);
      return vendor;
    });
  }
}

/** The id that the page before ended with. */
function idIn(cursor: string | undefined): string | undefined {
  return decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
}
