import { Transactor } from '@app/database';
import { ResourceNotFound, type Alongside } from '@app/http';
import { Clock, money, newId } from '@app/kernel';
import { balanceWrittenOff, Ledger } from '@app/ledger';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WriteOff } from './write-off.entity.js';
import { BalanceNotNegative } from './write-off.errors.js';

/** Giving up what a vendor owes the platform. */
@Injectable()
export class WriteOffs {
  constructor(
    @InjectRepository(WriteOff) private readonly writeOffs: Repository<WriteOff>,
    private readonly transactor: Transactor,
    private readonly vendors: Vendors,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** Writes off all that the vendor owes in the currency. @throws ResourceNotFound, BalanceNotNegative */
  async writeOff(
    order: Pick<WriteOff, 'vendorId' | 'currency' | 'reason' | 'writtenOffBy'>,
    alongside: Alongside,
  ): Promise<WriteOff> {
    const { vendorId, currency } = order;
    if (!(await this.vendors.find(vendorId))) throw new ResourceNotFound('vendor', vendorId);
    return this.transactor.run(async (tx) => {
      const { balance = 0 } = (await this.ledger.lockVendorBalance(vendorId, currency, tx)) ?? {};
      if (balance >= 0) throw new BalanceNotNegative(money(balance, currency));
      const createdAt = this.clock.now();
      const writeOff = this.writeOffs.create({ id: newId(), ...order, amount: -balance, createdAt });
      await tx.insert(WriteOff, writeOff);
      const amount = money(writeOff.amount, currency);
      await this.ledger.post(
        balanceWrittenOff({ writeOffId: writeOff.id, vendorId, amount, occurredAt: createdAt }),
        tx,
      );
      await alongside(writeOff.id, tx);
      return writeOff;
    });
  }

  /** @throws EntityNotFoundError */
  get(id: string): Promise<WriteOff> {
    return this.writeOffs.findOneByOrFail({ id });
  }
}
