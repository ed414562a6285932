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

  it('are made weekly from Monday 08:00 and monthly from the first 00:00, once', async () => {
    await at('2027-01-01T00:00:00Z');
    const weekly = await payouts.earn();
    const monthly = await payouts.earn();
    await payouts.house.dataSource.query(`UPDATE vendors SET payout_schedule = 'monthly' WHERE id = $1`, [
      monthly.vendorId,
    ]);
    await at('2027-01-04T07:59:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([[], []]);
    await at('2027-01-04T08:00:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([['2027-W01'], []]);
    await payouts.earn({ of: weekly });
    await at('2027-01-04T08:05:00Z');
    await at('2027-01-31T23:55:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([['2027-W04', '2027-W01'], []]);
    await at('2027-02-01T00:00:00Z');
    expect([await periods(weekly), await periods(monthly)]).toEqual([['2027-W04', '2027-W01'], ['2027-02']]);
  });

  it('are made up for, as long as their period lasts', async () => {
    const sold = await payouts.earn();
    await at('2027-02-21T23:55:00Z');
    expect(await periods(sold)).toEqual(['2027-W07']);
  });

  it('that found nobody to pay leave the period to an admin', async () => {
    await at('2027-02-22T08:00:00Z');
    const sold = await payouts.earn();
    await at('2027-02-22T08:05:00Z');
    expect(await periods(sold)).toEqual([]);
    expect(await payouts.run()).toMatchObject({
      period: '2027-W08',
      paid: [{ vendorId: sold.vendorId }],
    });
  });

  it('are started by one process of several', async () => {
    await at('2027-03-01T00:00:00Z');
    const sold = await payouts.earn();
    const executed = jest.spyOn(payouts.house.app.get(RunExecution), 'execute');
    const schedule = payouts.house.app.get(ScheduledRuns);
    payouts.house.clock.set('2027-03-08T08:00:00Z');
    await Promise.all([schedule.startDue(), schedule.startDue(), schedule.startDue()]);
    expect(executed).toHaveBeenCalledTimes(1);
    expect(await periods(sold)).toEqual(['2027-W10']);
  });

  it('are finished by another process when the one that started them died', async () => {
    const sold = await payouts.earn();
    jest.spyOn(payouts.house.app.get(RunExecution), 'execute').mockRejectedValueOnce(new Error('it died'));
    await expect(at('2027-03-15T08:00:00Z')).rejects.toThrow('it died');
    await at('2027-03-15T08:05:00Z');
    expect(await periods(sold)).toEqual([]);
    await payouts.recoverRuns();
    expect(await periods(sold)).toEqual(['2027-W11']);
  });
});
