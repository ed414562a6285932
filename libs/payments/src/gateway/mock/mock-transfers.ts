import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { TransferOutcome, VendorAccountOutcome } from '../gateway-results.js';
import type { CreateVendorAccount, ReverseTransfer, Transfer } from '../payment-gateway.js';
import { MockAccount } from './mock-account.entity.js';
import { MockBalance } from './mock-balance.js';
import { MockIdempotency } from './mock-idempotency.js';
import { mockId } from './mock-id.js';
import { refused } from './mock-objects.js';
import { MockTransfer } from './mock-transfer.entity.js';
import { MockNews } from './news/mock-news.js';

/** Vendors' accounts at the mock, and the money that goes there. */
@Injectable()
export class MockTransfers {
  constructor(
    private readonly idempotency: MockIdempotency,
    private readonly balance: MockBalance,
    private readonly news: MockNews,
    private readonly clock: Clock,
  ) {}

  openAccount({ vendorId, idempotencyKey }: CreateVendorAccount): Promise<VendorAccountOutcome> {
    return this.idempotency.once(idempotencyKey, { vendorId }, async (tx) => {
      const account = { id: mockId('acct'), payoutsEnabled: true };
      await tx.insert(MockAccount, { ...account, vendorId, createdAt: this.clock.now() });
      await this.news.tell('account.updated', { accountId: account.id }, tx);
      return { status: 'open', account };
    });
  }

  transfer({ accountId, amount, group, metadata, idempotencyKey }: Transfer): Promise<TransferOutcome> {
    const parameters = { accountId, amount, group, metadata };
    return this.idempotency.once(idempotencyKey, parameters, async (tx) => {
      await tx.findOneByOrFail(MockAccount, { id: accountId });
      const available = await this.balance.availableForTransfer(amount.currency, tx);
      if (amount.amount > available) {
        return refused('balance_insufficient', 'The balance does not have as much available.', true);
      }
      const transfer = Object.assign(new MockTransfer(), {
        id: mockId('tr'),
        accountId,
        group,
        ...amount,
        reversed: 0,
        metadata,
        createdAt: this.clock.now(),
      });
      await tx.insert(MockTransfer, transfer);
      const { id: gatewayId, currency } = transfer;
      await this.balance.record({ type: 'transfer', gatewayId, net: -transfer.amount, currency }, tx);
      await this.news.tell('transfer.created', { gatewayTransferId: gatewayId }, tx);
      return transfer.outcome;
    });
  }

  reverse({ gatewayTransferId, amount, idempotencyKey }: ReverseTransfer): Promise<TransferOutcome> {
    return this.idempotency.once(idempotencyKey, { gatewayTransferId, amount }, async (tx) => {
      const where = { id: gatewayTransferId };
      const transfer = await tx.findOneOrFail(MockTransfer, { where, lock: { mode: 'pessimistic_write' } });
      const left = transfer.amount - transfer.reversed;
      const { currency } = transfer;
      if (amount.currency !== currency || amount.amount <= 0 || amount.amount > left) {
        return refused(
          'amount_too_large',
          'The reversal is greater than what is left of the transfer.',
          false,
        );
      }
      transfer.reversed += amount.amount;
      await tx.update(MockTransfer, where, { reversed: transfer.reversed });
      const movement = { gatewayId: transfer.id, net: amount.amount, currency };
      await this.balance.record({ type: 'transfer_reversal', ...movement }, tx);
      await this.news.tell('transfer.reversed', { gatewayTransferId }, tx);
      return transfer.outcome;
    });
  }
}
