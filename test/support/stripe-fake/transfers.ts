import type { Accounts } from './accounts.js';
import type { Parameters } from './documented-parameters.js';
import { refused } from './errors.js';
import { newStripeId, type StripeObject } from './object-store.js';
import type { World } from './world.js';

/** https://docs.stripe.com/connect/separate-charges-and-transfers */
export class Transfers {
  constructor(
    private readonly world: World,
    private readonly accounts: Accounts,
  ) {}

  create(parameters: Parameters): StripeObject {
    const { amount, destination, source_transaction: source = null } = parameters;
    const currency = (parameters['currency'] as string).toLowerCase();
    this.accounts.requireTransfersTo(destination);
    if (amount === undefined || amount < 1)
      throw refused('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
    if (source === null) this.requireFunds(amount, currency);
    else this.world.objects.get('charge', source, 'source_transaction');
    const transfer = this.world.objects.add('transfer', 'tr', {
      amount,
      amount_reversed: 0,
      balance_transaction: null,
      currency,
      description: parameters['description'] ?? null,
      destination,
      destination_payment: newStripeId('py'),
      metadata: parameters['metadata'] ?? {},
      reversals: { object: 'list', data: [], has_more: false, url: '' },
      reversed: false,
      source_transaction: source,
      source_type: 'card',
      transfer_group: parameters['transfer_group'] ?? null,
    });
    transfer['reversals'].url = `/v1/transfers/${transfer.id}/reversals`;
    const movement = { type: 'transfer', amount: -amount, currency, source: transfer.id };
    transfer['balance_transaction'] = this.world.balance.move(movement).id;
    this.world.events.emit('transfer.created', transfer);
    return transfer;
  }

  list({ transfer_group: group, destination }: Parameters): StripeObject[] {
    return this.world.objects
      .all('transfer')
      .filter((each) => group === undefined || each['transfer_group'] === group)
      .filter((each) => destination === undefined || each['destination'] === destination);
  }

  get(id: string): StripeObject {
    return this.world.objects.get('transfer', id);
  }

  /** Fetches all that is left unless an amount is given. By a request, or from the dashboard. */
  reverse(id: string, { amount, metadata = {} }: Parameters = {}): StripeObject {
    const transfer = this.get(id);
    const left = transfer['amount'] - transfer['amount_reversed'];
    const fetched: number = amount ?? left;
    if (left === 0) throw refused(`Transfer ${id} is already fully reversed.`, { param: 'amount' });
    if (fetched < 1)
      throw refused('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
    if (fetched > left)
      throw refused(`Amount (${fetched}) is greater than unreversed amount on transfer (${left}).`, {
        param: 'amount',
      });
    const reversal = this.world.objects.add('transfer_reversal', 'trr', {
      amount: fetched,
      balance_transaction: null,
      currency: transfer['currency'],
      destination_payment_refund: newStripeId('pyr'),
      metadata: metadata ?? {},
      source_refund: null,
      transfer: id,
    });
    // Stripe names the reversal as the source, of the type `transfer_refund`.
    const movement = {
      type: 'transfer_refund',
      amount: fetched,
      currency: transfer['currency'],
      source: reversal.id,
    };
    reversal['balance_transaction'] = this.world.balance.move({
      ...movement,
      reportingCategory: 'transfer_reversal',
    }).id;
    transfer['amount_reversed'] += fetched;
    transfer['reversed'] = transfer['amount_reversed'] === transfer['amount'];
    transfer['reversals'].data.unshift(structuredClone(reversal));
    this.world.events.emit('transfer.reversed', transfer);
    return reversal;
  }

  reversalsOf(id: string): StripeObject[] {
    return this.world.objects.all('transfer_reversal').filter(({ transfer }) => transfer === this.get(id).id);
  }

  private requireFunds(amount: number, currency: string): void {
    if (amount <= this.world.balance.available(currency)) return;
    throw refused('You have insufficient available funds in your Stripe account.', {
      code: 'balance_insufficient',
    });
  }
}
