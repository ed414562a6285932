import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Journal } from './journal.entity.js';
import { LedgerAccount } from './ledger-account.entity.js';
import { LedgerIntegrity } from './ledger.integrity.js';
import { Ledger } from './ledger.service.js';
import { Posting } from './posting.entity.js';
import { Statements } from './statements.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([LedgerAccount, Journal, Posting])],
  providers: [Ledger, Statements, LedgerIntegrity],
  exports: [Ledger, Statements, LedgerIntegrity],
})
export class LedgerModule {}
