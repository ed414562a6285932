import { moneyText, type Narrator } from './narrator.js';
import type { Cast } from './story.js';
import type { Integrity, List, Reconciliation, TrialBalance, VendorBalance } from './wire.js';

const STORY_CURRENCY = 'USD';

/** Shows that after all this every cent is accounted for. @returns whether it is. */
export async function showBooks({ admin, vendor, vendorId }: Cast, narrator: Narrator): Promise<boolean> {
  narrator.chapter('The books');
  const balances = await vendor.expect<List<VendorBalance>>(200, 'GET', `/vendors/${vendorId}/balance`);
  narrator.table(
    ['Vera', 'pending', 'available', 'in transit', 'paid'],
    balances.data.map(({ currency, ...amounts }) => [
      currency,
      ...[amounts.pending, amounts.available, amounts.inTransit, amounts.paid].map((amount) =>
        bare(amount, currency),
      ),
    ]),
  );
  narrator.say('');
  const { data } = await admin.expect<List<TrialBalance>>(200, 'GET', '/admin/ledger/trial-balance');
  const ours = data.find(({ currency }) => currency === STORY_CURRENCY);
  narrator.table(
    ['trial balance', STORY_CURRENCY],
    [
      ...(ours?.accounts ?? []).map(({ account, balance }) => [account, bare(balance, STORY_CURRENCY)]),
      ['total', bare(ours?.total, STORY_CURRENCY)],
    ],
  );
  narrator.say('');
  narrator.say(
    `In all, ${data.map(({ total, currency }) => moneyText({ amount: total, currency })).join(', ')}.`,
  );
  narrator.say('');
  const { ok, checks } = await admin.expect<Integrity>(200, 'GET', '/admin/integrity');
  narrator.table(
    ['integrity', 'looked at', ''],
    checks.map((check) => [check.name, String(check.checked), check.ok ? 'ok' : 'BROKEN']),
  );
  narrator.say('');
  const gateway = await admin.expect<Reconciliation>(200, 'GET', '/admin/reconciliation');
  narrator.say(
    `Compared with the gateway: ${gateway.compared} movements, ${gateway.ok ? 'all of them agree' : 'NOT IN AGREEMENT'}.`,
  );
  return ok && gateway.ok && data.every(({ total }) => total === 0);
}

const bare = (amount: number | undefined, currency: string): string =>
  amount === undefined ? '' : moneyText({ amount, currency }).replace(/ \w+$/, '');
