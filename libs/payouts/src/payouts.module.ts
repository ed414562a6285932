import { Module } from '@nestjs/common';
import { LedgerModule } from '@app/ledger';
import { VendorsModule } from '@app/vendors';
import { BalancesController } from './balances.controller.js';

/** What vendors are owed. */
@Module({
  imports: [LedgerModule, VendorsModule],
  controllers: [BalancesController],
})
export class PayoutsModule {}
