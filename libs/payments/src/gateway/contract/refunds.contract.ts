import { newId } from '@app/kernel';
import { IdempotencyMismatch } from '../payment-gateway.js';
import { CALL, type GatewayCalls } from './gateway-calls.contract.js';

export function refundsContract(calls: GatewayCalls): void {
  describe('a refund', () => {
    const statusOf = (gatewayRefundId: string) => calls.gateway.getRefund(gatewayRefundId, CALL);
    const find = (gatewayPaymentId: string, refundId: string) =>
      calls.gateway.findRefund({ gatewayPaymentId, refundId, ...CALL });
    const gatewayRefundId = expect.any(String);
    const refusal = { code: expect.any(String), message: expect.any(String), retryable: false };

    it('goes back in parts up to the whole, and no further', async () => {
      const id = await calls.paid();
      const part = await calls.refund(id, 4000);
      expect(part).toMatchObject({ status: 'succeeded', gatewayRefundId });
      expect(await statusOf(await calls.refunded(id, 100))).toMatchObject({ status: 'succeeded' });
      expect(await calls.refund(id, 5901)).toMatchObject({ status: 'failed', failure: refusal });
      expect(await calls.refund(id, 5900)).toMatchObject({ status: 'succeeded' });
      expect(await calls.refund(id, 1)).toMatchObject({ status: 'failed', failure: refusal });
    });

    it('is refused for what was never charged', async () => {
      expect(await calls.refund(await calls.paid('declined'), 100)).toMatchObject({ status: 'failed' });
    });

    it('may fail at once, and then nothing has gone back', async () => {
      const id = await calls.paid('refundFails');
      const failed = { status: 'failed', gatewayRefundId, failure: { message: expect.any(String) } };
      const movements = await calls.movementsOf(async () => {
        expect(await calls.refund(id, 10_000)).toMatchObject(failed);
        expect(await calls.refund(id, 10_000)).toMatchObject(failed);
      });
      expect(movements.reduce((sum, { net }) => sum + net.amount, 0)).toBe(0);
    });

    it('may be pending, and succeed in time', async () => {
      const id = await calls.paid('refundPends');
      const outcome = await calls.refund(id, 10_000);
      expect(outcome).toMatchObject({ status: 'pending', gatewayRefundId });
      const refund = (outcome as { gatewayRefundId: string }).gatewayRefundId;
      expect(await statusOf(refund)).toMatchObject({ status: 'pending', gatewayRefundId: refund });
      expect(await calls.refund(id, 1)).toMatchObject({ status: 'failed' });

      await calls.harness.timePasses();
      expect(await statusOf(refund)).toMatchObject({ status: 'succeeded', gatewayRefundId: refund });
    });

    it('may succeed, and fail in time; then it can be asked for again', async () => {
      const id = await calls.paid('refundFailsLater');
      const outcome = await calls.refund(id, 10_000);
      expect(outcome).toMatchObject({ status: 'succeeded', gatewayRefundId });
      const refund = (outcome as { gatewayRefundId: string }).gatewayRefundId;

      await calls.harness.timePasses();
      const failure = { code: expect.any(String), message: expect.any(String) };
      expect(await statusOf(refund)).toMatchObject({ status: 'failed', gatewayRefundId: refund, failure });
      expect(await calls.refund(id, 10_000)).toMatchObject({ status: 'succeeded' });
      await calls.harness.timePasses();
    });

    it('is found by the id in its metadata, once it was asked for', async () => {
      const id = await calls.paid();
      const refundId = newId();
      expect(await find(id, refundId)).toEqual({ status: 'none' });

      const refund = await calls.refunded(id, 2500, refundId);
      expect(await find(id, refundId)).toMatchObject({ status: 'succeeded', gatewayRefundId: refund });
      expect(await find(id, newId())).toEqual({ status: 'none' });
      expect(await find(await calls.paid(), refundId)).toEqual({ status: 'none' });
    });

    it('is not found when it was refused', async () => {
      const id = await calls.paid();
      const refundId = newId();
      await calls.refund(id, 10_001, refundId);
      expect(await find(id, refundId)).toEqual({ status: 'none' });
    });

    it('is made once when its key comes again, and not at all for other parameters', async () => {
      const id = await calls.paid();
      const refundId = newId();
      const first = await calls.refund(id, 6000, refundId);
      expect(await calls.refund(id, 6000, refundId)).toEqual(first);
      await expect(calls.refund(id, 1000, refundId)).rejects.toThrow(IdempotencyMismatch);
      expect(await calls.refund(id, 4000)).toMatchObject({ status: 'succeeded' });
    });
  });
}
