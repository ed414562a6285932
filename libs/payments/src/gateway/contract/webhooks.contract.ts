import type { GatewaySubject } from '../gateway-results.js';
import { WebhookUnverified } from '../payment-gateway.js';
import type { GatewayCalls } from './gateway-calls.contract.js';

const subjects: GatewaySubject[] = [
  { kind: 'payment', gatewayPaymentId: 'pi_1' },
  { kind: 'refund', gatewayRefundId: 're_1', gatewayPaymentId: 'pi_1' },
  { kind: 'dispute', gatewayDisputeId: 'dp_1' },
  { kind: 'account', accountId: 'acct_1' },
  { kind: 'transfer', gatewayTransferId: 'tr_1' },
];

export function webhooksContract(calls: GatewayCalls): void {
  describe('a webhook', () => {
    const subject = subjects[0];
    const parse = (body: string, headers = calls.harness.webhook.headers(body)) =>
      calls.gateway.parseWebhook({ body: Buffer.from(body), headers });
    const bodyOf = (about = subject) => calls.harness.webhook.body('evt_1', about);
    const signed = (change: (value: string) => string) =>
      Object.fromEntries(
        Object.entries(calls.harness.webhook.headers(bodyOf())).map(([name, value]) => [
          name,
          change(String(value)),
        ]),
      );

    it.each(subjects)('tells what it is about: $kind', (about) => {
      const event = { id: 'evt_1', type: expect.any(String), subject: about };
      expect(parse(bodyOf(about))).toEqual(event);
    });

    it('of a type that nobody has heard of is about nothing', () => {
      const event = parse(calls.harness.webhook.body('evt_2'));
      expect(event).toMatchObject({ id: 'evt_2', type: expect.any(String) });
      expect(event.subject).toBeUndefined();
    });

    it('is believed for some minutes, and no longer', () => {
      const { headers } = calls.harness.webhook;
      expect(parse(bodyOf(), headers(bodyOf(), 240))).toMatchObject({ subject });
      expect(() => parse(bodyOf(), headers(bodyOf(), 360))).toThrow(WebhookUnverified);
    });

    it('is not believed when its body was changed by one byte', () => {
      const headers = calls.harness.webhook.headers(bodyOf());
      expect(() => parse(bodyOf().replace('pi_1', 'pi_2'), headers)).toThrow(WebhookUnverified);
      expect(() => parse(`${bodyOf()} `, headers)).toThrow(WebhookUnverified);
    });

    it('is not believed without a signature, or with one that is not the gateway’s', () => {
      const other = (value: string) => value.replace(/[0-9a-f]{64}/, (hex) => hex.replace(/./g, 'a'));
      const later = (value: string) => value.replace(/t=(\d+)/, (_, time) => `t=${Number(time) + 1}`);
      expect(parse(bodyOf(), signed(String))).toMatchObject({ subject });
      for (const headers of [{}, ...[other, later].map(signed)])
        expect(() => parse(bodyOf(), headers)).toThrow(WebhookUnverified);
    });

    it.each(['', 'garbage', 't=,v1=', 't=now,v1=00', 'v1=00', '='])(
      'is not believed when its signature reads "%s"',
      (value) => {
        expect(() =>
          parse(
            bodyOf(),
            signed(() => value),
          ),
        ).toThrow(WebhookUnverified);
      },
    );

    it.each(['', 'not JSON', '[]', 'null', '"text"', '{}', '{"id":1,"type":2}'])(
      'is not believed when its body reads %s, though it is signed',
      (body) => {
        expect(() => parse(body)).toThrow(WebhookUnverified);
      },
    );
  });
}
