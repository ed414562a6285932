import { User } from '@app/users';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Vendor } from './vendor.entity.js';

export type VendorRole = 'owner' | 'manager';
export const VENDOR_ROLES: readonly VendorRole[] = ['owner', 'manager'];

/** A user who may act for a vendor. Read at each request, so that a new membership needs no new sign-in. */
@Entity('vendor_members')
@Check('vendor_members_role_check', `role IN ('owner', 'manager')`)
export class VendorMember {
  @ForeignKey(() => Vendor, { name: 'vendor_members_vendor_fkey' })
  @PrimaryColumn('uuid', { name: 'vendor_id', primaryKeyConstraintName: 'vendor_members_pkey' })
  vendorId: string;

  @ForeignKey(() => User, { name: 'vendor_members_user_fkey' })
  @Index('vendor_members_user')
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'vendor_members_pkey' })
  userId: string;

  @Column('text')
  role: VendorRole;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
