import { money } from '@app/kernel';
import { commissionTaken, vendorShareTaken } from './remaining.js';

const taken = (pending: number | undefined, share: number) => {
  const remaining =
    pending === undefined
      ? undefined
      : { currency: 'USD', vendorPending: pending, commissionDeferred: pending };
  const amount = money(share, 'USD');
  const vendor = vendorShareTaken('v1', amount, remaining);
  const platform = commissionTaken(amount, remaining);
  expect(vendor.map((line) => line.account)).toEqual([
    { name: 'vendor:pending', vendorId: 'v1' },
    { name: 'vendor:available', vendorId: 'v1' },
  ]);
  expect(platform.map((line) => line.account)).toEqual(['commission:deferred', 'commission:revenue']);
  expect(platform.map((line) => line.amount)).toEqual(vendor.map((line) => line.amount));
  return vendor.map((line) => line.amount.amount);
};

describe('a share is taken', () => {
  it.each<[string, number | undefined, number, number[]]>([
    ['from what is still held', 10_000, 4000, [4000, 0]],
    ['to the last of what is held', 4000, 4000, [4000, 0]],
    ['where less is held than is taken, the rest from what was released', 1500, 4000, [1500, 2500]],
    ['where nothing is held any more, from what was released', 0, 4000, [0, 4000]],
    ['where nothing ever was', undefined, 4000, [0, 4000]],
  ])('%s', (_, held, share, expected) => {
    expect(taken(held, share)).toEqual(expected);
  });
});
