import { CALL, usd, type GatewayCalls } from './gateway-calls.contract.js';

export function disputesContract(calls: GatewayCalls): void {
  describe('a dispute', () => {
    const read = async (gatewayDisputeId: string) => {
      const outcome = await calls.gateway.getDispute(gatewayDisputeId, CALL);
      if (!('fee' in outcome)) throw new Error(`the dispute is ${outcome.status}`);
      return outcome;
    };

    it('takes the whole payment, and a fee', async () => {
      const { gatewayPaymentId, gatewayDisputeId } = await calls.disputed();
      const dispute = await read(gatewayDisputeId);
      expect(dispute).toMatchObject({
        status: 'open',
        gatewayDisputeId,
        gatewayPaymentId,
        reason: 'fraudulent',
        amount: usd(10_000),
        feeReturned: usd(0),
      });
      expect(dispute.fee.amount).toBeGreaterThan(0);
      expect(await calls.statusOf(gatewayPaymentId)).toMatchObject({
        status: 'succeeded',
        captured: usd(10_000),
      });
    });

    it('leaves nothing to refund', async () => {
      const { gatewayPaymentId } = await calls.disputed();
      expect(await calls.refund(gatewayPaymentId, 100)).toMatchObject({ status: 'failed' });
    });

    it('gives the money back when it is won, and the fee where the gateway is so kind', async () => {
      const { gatewayDisputeId } = await calls.disputed();
      const { fee } = await read(gatewayDisputeId);
      await calls.harness.closeDispute(gatewayDisputeId, 'won');
      const feeReturned = calls.harness.returnsDisputeFee ? fee : usd(0);
      expect(await read(gatewayDisputeId)).toMatchObject({ status: 'won', fee, feeReturned });
    });

    it('gives nothing back when it is lost', async () => {
      const { gatewayPaymentId, gatewayDisputeId } = await calls.disputed();
      const { fee } = await read(gatewayDisputeId);
      await calls.harness.closeDispute(gatewayDisputeId, 'lost');
      expect(await read(gatewayDisputeId)).toMatchObject({ status: 'lost', fee, feeReturned: usd(0) });
      expect(await calls.refund(gatewayPaymentId, 100)).toMatchObject({ status: 'failed' });
    });
  });
}
