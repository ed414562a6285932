import { newId } from '@app/kernel';
import { IdempotencyMismatch } from '../payment-gateway.js';
import { CALL, usd, type GatewayCalls } from './gateway-calls.contract.js';

const MORE_THAN_THERE_IS = 9_000_000_000;

export function transfersContract(calls: GatewayCalls): void {
  describe('a vendor’s account', () => {
    it('is opened once', async () => {
      const vendor = calls.vendor();
      const opened = await calls.gateway.createVendorAccount(vendor);
      if (opened.status !== 'open') throw new Error(opened.status);
      expect(await calls.gateway.createVendorAccount(vendor)).toMatchObject({
        account: { id: opened.account.id },
      });
      const read = () => calls.gateway.getVendorAccount(opened.account.id, CALL);
      expect(await read()).toMatchObject({ status: 'open', account: { id: opened.account.id } });

      await calls.harness.onboard(opened.account.id);
      expect(await read()).toEqual({
        status: 'open',
        account: { id: opened.account.id, payoutsEnabled: true },
      });
    });
  });

  describe('a transfer', () => {
    let accountId: string;
    const statusOf = (id: string) => calls.gateway.getTransfer(id, CALL);
    const find = (group: string) => calls.gateway.findTransfer(group, CALL);
    const group = () => `payout:${newId()}:1`;

    beforeAll(async () => {
      accountId = await calls.openAccount();
      await calls.paid('good', usd(500_000));
    });

    it('reaches the vendor at once', async () => {
      const outcome = await calls.transfer(accountId, 7000);
      expect(outcome).toEqual({
        status: 'paid',
        gatewayTransferId: expect.any(String),
        reversed: usd(0),
      });
      const { gatewayTransferId } = outcome as { gatewayTransferId: string };
      expect(await statusOf(gatewayTransferId)).toEqual(outcome);
    });

    it('is refused when the balance does not have it', async () => {
      const name = group();
      const movements = await calls.movementsOf(async () => {
        expect(await calls.transfer(accountId, MORE_THAN_THERE_IS, name)).toMatchObject({
          status: 'failed',
          failure: { code: 'balance_insufficient', message: expect.any(String), retryable: true },
        });
      });
      expect(movements).toEqual([]);
      expect(await find(name)).toEqual({ status: 'none' });
    });

    it('is made once when its key comes again, and not at all for other parameters', async () => {
      const name = group();
      const movements = await calls.movementsOf(async () => {
        const first = await calls.transfer(accountId, 300, name);
        expect(await calls.transfer(accountId, 300, name)).toEqual(first);
      });
      expect(movements).toMatchObject([{ type: 'transfer', net: usd(-300) }]);
      await expect(calls.transfer(accountId, 301, name)).rejects.toThrow(IdempotencyMismatch);
    });

    it('is found by its group, once it was made', async () => {
      const name = group();
      expect(await find(name)).toEqual({ status: 'none' });
      const id = await calls.transferred(accountId, 400, name);
      expect(await find(name)).toMatchObject({ status: 'paid', gatewayTransferId: id });
      expect(await find(group())).toEqual({ status: 'none' });
    });

    it('can be fetched back in parts up to the whole, and no further', async () => {
      const name = group();
      const id = await calls.transferred(accountId, 1000, name);
      expect(await calls.reverse(id, 400)).toMatchObject({ status: 'paid', reversed: usd(400) });
      expect(await calls.reverse(id, 601)).toMatchObject({
        status: 'failed',
        failure: { message: expect.any(String), retryable: false },
      });
      expect(await statusOf(id)).toMatchObject({ status: 'paid', reversed: usd(400) });
      expect(await calls.reverse(id, 600)).toMatchObject({ gatewayTransferId: id, reversed: usd(1000) });
      expect(await calls.reverse(id, 1)).toMatchObject({ status: 'failed' });
      expect(await find(name)).toMatchObject({ gatewayTransferId: id, reversed: usd(1000) });
    });

    it('is fetched back once when the key comes again', async () => {
      const id = await calls.transferred(accountId, 1000);
      const key = newId();
      await calls.reverse(id, 250, key);
      expect(await calls.reverse(id, 250, key)).toMatchObject({ status: 'paid', reversed: usd(250) });
      expect(await statusOf(id)).toMatchObject({ reversed: usd(250) });
      await expect(calls.reverse(id, 100, key)).rejects.toThrow(IdempotencyMismatch);
    });
  });
}
