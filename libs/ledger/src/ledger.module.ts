import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountList } from './account-list.js';
import { JournalLog } from './journal-log.js';
import { Journal } from './journal.entity.js';
import { LedgerAccount } from './ledger-account.entity.js';
import { LedgerIntegrity } from './ledger.integrity.js';
import { Ledger } from './ledger.service.js';
import { Posting } from './posting.entity.js';
import { Statements } from './statements.service.js';
import { VendorStatement } from './vendor-statement.js';

@Module({
  imports: [TypeOrmModule.forFeature([LedgerAccount, Journal, Posting])],
  providers: [AccountList, JournalLog, Ledger, LedgerIntegrity, Statements, VendorStatement],
  exports: [AccountList, JournalLog, Ledger, LedgerIntegrity, Statements, VendorStatement],
})
export class LedgerModule {}
