import type { BalanceTransaction } from '../gateway-results.js';
import { CALL, idOf, usd, type GatewayCalls } from './gateway-calls.contract.js';

const PAGE_SIZE = 100;

export function balanceContract(calls: GatewayCalls): void {
  describe('the balance', () => {
    const told = ({ type, gatewayId, net }: BalanceTransaction) => `${type} ${gatewayId} ${net.amount}`;
    /** What a charge of 100.00 leaves. */
    const netOf = async (gatewayPaymentId: string) => {
      const outcome = await calls.statusOf(gatewayPaymentId);
      if (outcome.status !== 'succeeded') throw new Error(outcome.status);
      return outcome.captured.amount - outcome.fee.amount;
    };
    const disputed = async (verdict: 'won' | 'lost') => {
      const { gatewayPaymentId, gatewayDisputeId } = await calls.disputed();
      await calls.harness.closeDispute(gatewayDisputeId, verdict);
      const dispute = await calls.gateway.getDispute(gatewayDisputeId, CALL);
      if (!('fee' in dispute)) throw new Error(dispute.status);
      const back = dispute.amount.amount + dispute.feeReturned.amount;
      return [
        `payment ${gatewayPaymentId} ${await netOf(gatewayPaymentId)}`,
        `dispute ${gatewayDisputeId} -${dispute.amount.amount + dispute.fee.amount}`,
        ...(verdict === 'won' ? [`dispute_reversal ${gatewayDisputeId} ${back}`] : []),
      ];
    };

    it('moves with payments and refunds, and with refunds that fail after all', async () => {
      const due: string[] = [];
      const movements = await calls.movementsOf(async () => {
        for (const card of ['good', 'refundPends', 'refundFailsLater'] as const) {
          const id = await calls.paid(card);
          due.push(`payment ${id} ${await netOf(id)}`, `refund ${await calls.refunded(id, 4000)} -4000`);
        }
        await calls.harness.timePasses();
        const failed = due.at(-1)!.split(' ')[1];
        due.push(`refund_failure ${failed} 4000`);
        for (const card of ['declined', 'challenged', 'limited'] as const) await calls.pay(card);
      });
      expect(movements.map(told).sort()).toEqual(due.sort());
      expect(new Set(movements.map(({ net }) => net.currency))).toEqual(new Set(['USD']));
    });

    it('moves with disputes', async () => {
      const due: string[] = [];
      const movements = await calls.movementsOf(async () => {
        for (const verdict of ['won', 'lost'] as const) due.push(...(await disputed(verdict)));
      });
      expect(movements.map(told).sort()).toEqual(due.sort());
    });

    it('moves with transfers and what is fetched back', async () => {
      const accountId = await calls.openAccount();
      const id = await calls.paid('good', usd(50_000));
      const due: string[] = [];
      const movements = await calls.movementsOf(async () => {
        const transfer = await calls.transferred(accountId, 1000);
        await calls.reverse(transfer, 400);
        await calls.reverse(transfer, 601);
        due.push(`transfer ${transfer} -1000`, `transfer_reversal ${transfer} 400`);
      });
      expect(movements.map(told).sort()).toEqual(due.sort());
      expect((await calls.pages()).flat().map(told)).toContain(`payment ${id} ${await netOf(id)}`);
    });

    it('is told in pages, in one order, nothing twice and nothing left out', async () => {
      const paid: string[] = [];
      for (let turn = 0; turn <= PAGE_SIZE / 5; turn += 1) {
        const outcomes = await Promise.all(Array.from({ length: 5 }, () => calls.pay('good')));
        paid.push(...outcomes.map(idOf));
      }
      const pages = await calls.pages();
      const all = pages.flat();
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.slice(0, -1).map(({ length }) => length)).toEqual(pages.slice(1).map(() => PAGE_SIZE));
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      expect(all.map(({ gatewayId }) => gatewayId)).toEqual(expect.arrayContaining(paid));
      const times = all.map(({ createdAt }) => createdAt.getTime());
      const ascending = times.toSorted((a, b) => a - b);
      expect([ascending, ascending.toReversed()]).toContainEqual(times);
    });

    it('is told from one instant on, and up to another', async () => {
      const id = await calls.paid();
      const [{ createdAt }] = (await calls.pages()).flat().filter(({ gatewayId }) => gatewayId === id) as [
        BalanceTransaction,
      ];
      const idsIn = async (window: { from?: Date; to?: Date }) =>
        (await calls.pages(window)).flat().map(({ gatewayId }) => gatewayId);
      const next = new Date(createdAt.getTime() + 1000);
      expect(await idsIn({ from: createdAt, to: next })).toContain(id);
      expect(await idsIn({ to: createdAt })).not.toContain(id);
      expect(await idsIn({ from: next })).not.toContain(id);
    });
  });
}
