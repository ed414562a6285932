import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { PlatformAccount, VendorAccount } from './accounts.js';

/** One account in one currency; opened by the first journal that touches it, and never changed. */
@Entity('ledger_accounts')
// NULLS NOT DISTINCT in the database, so that the platform has one account of each name and currency.
@Unique('ledger_accounts_key', ['name', 'vendorId', 'currency'])
@Check('ledger_accounts_vendor_check', `(name LIKE 'vendor:%') = (vendor_id IS NOT NULL)`)
export class LedgerAccount {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ledger_accounts_pkey' })
  id: string;

  @Column('text')
  name: PlatformAccount | VendorAccount;

  /** Whose account it is: on the vendor accounts, and on no other. */
  @Index('ledger_accounts_vendor')
  @Column('uuid', { name: 'vendor_id', nullable: true })
  vendorId: string | null;

  @Column('char', { length: 3 })
  currency: string;
}
