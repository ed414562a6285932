import { Module } from '@nestjs/common';
import { BookedMovements } from './booked-movements.js';
import { GatewayStatement } from './gateway-statement.js';
import { Reconcile } from './reconciliation.schedule.js';
import { Reconciliation } from './reconciliation.service.js';

/** The books against the bank. The gateway comes from the global PaymentsModule. */
@Module({
  providers: [BookedMovements, GatewayStatement, Reconcile, Reconciliation],
  exports: [Reconciliation],
})
export class ReconciliationModule {}
