import { PayoutsHouse } from '../../../../test/support/payouts-house.js';
import { RunExecution } from './run-execution.js';
import { ScheduledRuns } from './scheduled-runs.js';

/** On a real PostgreSQL, with the mock gateway; the clock stands wherever it is set. */
describe('Scheduled payouts', () => {
  let payouts: PayoutsHouse;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await payouts.house.requireSound();
  });
  afterAll(() => payouts.house.close());

  const at = async (instant: string) => {
    payouts.house.clock.set(instant);
    await payouts.house.app.get(ScheduledRuns).startDue();
  };
  const periods = async (of: { vendorId: string }) =>
    (await payouts.payouts(of)).map(({ period }: { period: string }) => period);

  it('are made weekly on Mondays and monthly on the first, at 06:00, once', async () => {
    const weekly = await payouts.earn();
    const monthly = await payouts.earn();
    await payouts.house.dataSource.query(`UPDATE vendors SET payout_schedule = 'monthly' WHERE id = $1`, [
      monthly.vendorId,
    ]);
    await at('2027-01-04T05:59:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([[], []]);
    await at('2027-01-04T06:00:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([['2027-W01'], []]);
    await payouts.earn({ of: weekly });
    await at('2027-01-04T06:05:00Z');
    await at('2027-02-01T06:00:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([['2027-W05', '2027-W01'], ['2027-02']]);
  });

  it('are started by one process of several', async () => {
    const sold = await payouts.earn();
    const executed = jest.spyOn(payouts.house.app.get(RunExecution), 'execute');
    const schedule = payouts.house.app.get(ScheduledRuns);
    payouts.house.clock.set('2027-03-08T06:00:00Z');
    await Promise.all([schedule.startDue(), schedule.startDue(), schedule.startDue()]);
    expect(executed).toHaveBeenCalledTimes(1);
    expect(await periods(sold)).toEqual(['2027-W10']);
  });

  it('are finished by another process when the one that started them died', async () => {
    const sold = await payouts.earn();
    jest.spyOn(payouts.house.app.get(RunExecution), 'execute').mockRejectedValueOnce(new Error('it died'));
    await expect(at('2027-03-15T06:00:00Z')).rejects.toThrow('it died');
    await at('2027-03-15T06:05:00Z');
    expect(await periods(sold)).toEqual([]);
    await payouts.recoverRuns();
    expect(await periods(sold)).toEqual(['2027-W11']);
  });
});
