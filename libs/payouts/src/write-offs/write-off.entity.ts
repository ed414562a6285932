import { bigintColumn } from '@app/database';
import { Vendor } from '@app/vendors';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a vendor owed the platform, and the platform gave up. */
@Entity('write_offs')
@Index('write_offs_vendor', ['vendorId', 'id'])
@Check('write_offs_amount_check', 'amount > 0')
export class WriteOff {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'write_offs_pkey' })
  id: string;

  @ForeignKey(() => Vendor, { name: 'write_offs_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  @Column('char', { length: 3 })
  currency: string;

  /** Minor units. */
  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('text')
  reason: string;

  /** The admin. */
  @Column('uuid', { name: 'written_off_by' })
  writtenOffBy: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
