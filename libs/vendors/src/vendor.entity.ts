import { bigintColumn } from '@app/database';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { VendorStatus } from './vendor-status.js';

export type PayoutSchedule = 'weekly' | 'monthly';
export const PAYOUT_SCHEDULES: readonly PayoutSchedule[] = ['weekly', 'monthly'];

/** A business that sells trips. Who acts for it is in {@link VendorMember}. */
@Entity('vendors')
@Index('vendors_status', ['status', 'id'])
@Check('vendors_status_check', `status IN ('pending', 'approved', 'rejected', 'suspended')`)
@Check('vendors_commission_check', 'commission_bps BETWEEN 0 AND 10000')
@Check('vendors_payout_schedule_check', `payout_schedule IN ('weekly', 'monthly')`)
export class Vendor {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'vendors_pkey' })
  id: string;

  @Column('text', { name: 'business_name' })
  businessName: string;

  @Column('text')
  phone: string;

  /** ISO 3166-1 alpha-2. */
  @Column('char', { length: 2 })
  country: string;

  /** IANA. */
  @Column('text', { name: 'time_zone' })
  timeZone: string;

  @Column('char', { name: 'default_currency', length: 3 })
  defaultCurrency: string;

  @Column('text', { name: 'tax_id', nullable: true })
  taxId: string | null;

  /** Changed through `Vendors` only, along the transitions of vendor-status.ts. */
  @Column('text')
  status: VendorStatus;

  /** Why it was rejected or suspended, in the admin's words. */
  @Column('text', { name: 'status_reason', nullable: true })
  statusReason: string | null;

  /** The platform's part of each booking, in hundredths of a percent. */
  @Column('integer', { name: 'commission_bps' })
  commissionBps: number;

  @Column('text', { name: 'payout_schedule' })
  payoutSchedule: PayoutSchedule;

  /** Minor units of USD; smaller balances wait for the next run. */
  @Column('bigint', { name: 'payout_minimum', transformer: bigintColumn })
  payoutMinimum: number;

  /** The gateway at which the vendor has an account; ids of another one mean nothing to it. */
  @Column('text', { name: 'payout_gateway', nullable: true })
  payoutGateway: string | null;

  /** The vendor's account at that gateway. Bank details stay there. */
  @Index('vendors_payout_account')
  @Column('text', { name: 'payout_account_id', nullable: true })
  payoutAccountId: string | null;

  @Column('boolean', { name: 'payouts_enabled', default: false })
  payoutsEnabled: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
