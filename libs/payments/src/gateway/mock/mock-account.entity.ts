import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A vendor's account as the mock keeps it: able to receive payouts from the start. */
@Entity('mock_gateway_accounts')
export class MockAccount {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_accounts_pkey' })
  id: string;

  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  @Column('boolean', { name: 'payouts_enabled' })
  payoutsEnabled: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
