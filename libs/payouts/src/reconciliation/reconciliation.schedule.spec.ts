import { Logger } from '@nestjs/common';
import { PaymentGateway } from '@app/payments';
import { PaymentsApp } from '../../../../test/support/payments-app.js';
import { Reconcile } from './reconciliation.schedule.js';

/** On a real PostgreSQL. */
describe('The daily reconciliation', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => house.close());

  const run = async () => {
    const told: Record<'log' | 'error', string[]> = { log: [], error: [] };
    for (const level of ['log', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => {
        told[level].push(String(line[0]));
      });
    }
    const report = await house.app.get(Reconcile, { strict: false }).run();
    return { ...told, report };
  };

  it('says in one line that all is well', async () => {
    await house.pay(await house.book());
    expect(await run()).toEqual({
      log: [
        '1 objects at the gateway from 2026-12-25T00:00:00.000Z to 2027-01-01T00:00:00.000Z: the books agree',
      ],
      error: [],
      report: { compared: 1, breaks: 0 },
    });
  });

  it('tells each break as an error', async () => {
    await house.dataSource.query('UPDATE mock_gateway_balance_transactions SET net = net - 1');
    const { error, log, report } = await run();
    expect(error).toEqual([
      expect.stringMatching(
        /^amount-differs: mock_pi_\w+ \(payment [\w-]+\) by -1 USD: payment: the gateway/,
      ),
      expect.stringContaining('1 break(s)'),
    ]);
    expect(log).toEqual([]);
    expect(report).toEqual({ compared: 1, breaks: 1 });
  });

  it('is tried again when the gateway is down', async () => {
    jest
      .spyOn(house.app.get(PaymentGateway), 'listBalanceTransactions')
      .mockResolvedValue({ status: 'unknown' });
    await expect(run()).rejects.toMatchObject({ code: 'gateway-unavailable' });
  });
});
