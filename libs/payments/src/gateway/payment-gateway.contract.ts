import { balanceContract } from './contract/balance.contract.js';
import { disputesContract } from './contract/disputes.contract.js';
import { GatewayCalls } from './contract/gateway-calls.contract.js';
import type { GatewayHarness } from './contract/gateway-harness.contract.js';
import { paymentsContract } from './contract/payments.contract.js';
import { refundsContract } from './contract/refunds.contract.js';
import { transfersContract } from './contract/transfers.contract.js';
import { webhooksContract } from './contract/webhooks.contract.js';

export type { Card, GatewayHarness } from './contract/gateway-harness.contract.js';

/** What every adapter promises, whoever stands behind it. */
export function paymentGatewayContract(name: string, start: () => Promise<GatewayHarness>): void {
  describe(`${name} as a payment gateway`, () => {
    let harness: GatewayHarness;
    const calls = new GatewayCalls(() => harness);

    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.close());

    it('settles in the currencies it names', () => {
      expect(harness.gateway.capabilities().currencies.has('USD')).toBe(true);
      expect(harness.gateway.capabilities().currencies.has('XTS')).toBe(false);
    });

    paymentsContract(calls);
    refundsContract(calls);
    disputesContract(calls);
    transfersContract(calls);
    balanceContract(calls);
    webhooksContract(calls);
  });
}
