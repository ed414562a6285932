import type { Accounts } from './accounts.js';
import type { Disputes } from './disputes.js';
import { DocumentedParameters, type Parameters } from './documented-parameters.js';
import { page } from './lists.js';
import type { StripeObject } from './object-store.js';
import type { PaymentIntents } from './payment-intents.js';
import type { Refunds } from './refunds.js';
import type { Transfers } from './transfers.js';
import type { World } from './world.js';

export interface Resources {
  readonly world: World;
  readonly intents: PaymentIntents;
  readonly refunds: Refunds;
  readonly disputes: Disputes;
  readonly accounts: Accounts;
  readonly transfers: Transfers;
}

export interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: DocumentedParameters;
  /** @param id of the resource that the path names. */
  readonly carryOut: (parameters: Parameters, id: string) => object;
}

const ID = '([^/]+)';

/** `POST /payment_intents/:id/confirm` and the interface that documents its parameters. */
function endpoint(
  route: string,
  [file, type]: [file: string, type: string],
  carryOut: Endpoint['carryOut'],
): Endpoint {
  const [method = '', path = ''] = route.split(' ');
  const pattern = new RegExp(`^/v1${path.replace(':id', ID)}$`);
  return { method, path: pattern, parameters: new DocumentedParameters(file, type), carryOut };
}

export function endpointsOf(resources: Resources): Endpoint[] {
  const { world, disputes } = resources;
  const list = (url: string, found: (parameters: Parameters) => StripeObject[]) => (given: Parameters) =>
    page(found(given), `/v1${url}`, given);
  return [
    ...payments(resources, list),
    ...connect(resources, list),
    endpoint(
      'GET /disputes',
      ['Disputes', 'DisputeListParams'],
      list('/disputes', (given) => disputes.list(given)),
    ),
    endpoint('GET /disputes/:id', ['Disputes', 'DisputeRetrieveParams'], (_, id) => disputes.get(id)),
    endpoint('GET /balance', ['Balance', 'BalanceRetrieveParams'], () => world.balance.view()),
    endpoint(
      'GET /balance_transactions',
      ['BalanceTransactions', 'BalanceTransactionListParams'],
      list('/balance_transactions', ({ source, type, currency }) =>
        world.balance
          .transactions()
          .filter((each) => source === undefined || each['source'] === source)
          .filter((each) => type === undefined || each['type'] === type)
          .filter((each) => currency === undefined || each['currency'] === currency),
      ),
    ),
    endpoint(
      'GET /balance_transactions/:id',
      ['BalanceTransactions', 'BalanceTransactionRetrieveParams'],
      (_, id) => world.objects.get('balance_transaction', id),
    ),
  ];
}

type List = (url: string, found: (parameters: Parameters) => StripeObject[]) => Endpoint['carryOut'];

function payments({ world, intents, refunds }: Resources, list: List): Endpoint[] {
  const intent = (name: string): [string, string] => ['PaymentIntents', `PaymentIntent${name}Params`];
  const refund = (name: string): [string, string] => ['Refunds', `Refund${name}Params`];
  return [
    endpoint('POST /payment_intents', intent('Create'), (given) => intents.create(given)),
    endpoint('GET /payment_intents/:id', intent('Retrieve'), (_, id) => intents.get(id)),
    endpoint('POST /payment_intents/:id/confirm', intent('Confirm'), (given, id) =>
      intents.confirm(id, given),
    ),
    endpoint('POST /payment_intents/:id/cancel', intent('Cancel'), (given, id) => intents.cancel(id, given)),
    endpoint('GET /charges/:id', ['Charges', 'ChargeRetrieveParams'], (_, id) =>
      world.objects.get('charge', id),
    ),
    endpoint('POST /refunds', refund('Create'), (given) => refunds.create(given)),
    endpoint(
      'GET /refunds',
      refund('List'),
      list('/refunds', (given) => refunds.list(given)),
    ),
    endpoint('GET /refunds/:id', refund('Retrieve'), (_, id) => refunds.get(id)),
  ];
}

function connect({ accounts, transfers }: Resources, list: List): Endpoint[] {
  const transfer = (name: string): [string, string] => ['Transfers', `Transfer${name}Params`];
  const reversals: Endpoint['carryOut'] = (given, id) =>
    page(transfers.reversalsOf(id), `/v1/transfers/${id}/reversals`, given);
  return [
    endpoint('POST /accounts', ['Accounts', 'AccountCreateParams'], (given) => accounts.create(given)),
    endpoint('GET /accounts/:id', ['Accounts', 'AccountRetrieveParams'], (_, id) => accounts.get(id)),
    endpoint('POST /account_links', ['AccountLinks', 'AccountLinkCreateParams'], (given) =>
      accounts.link(given),
    ),
    endpoint('POST /transfers', transfer('Create'), (given) => transfers.create(given)),
    endpoint(
      'GET /transfers',
      transfer('List'),
      list('/transfers', (given) => transfers.list(given)),
    ),
    endpoint('GET /transfers/:id', transfer('Retrieve'), (_, id) => transfers.get(id)),
    endpoint('POST /transfers/:id/reversals', transfer('CreateReversal'), (given, id) =>
      transfers.reverse(id, given),
    ),
    endpoint('GET /transfers/:id/reversals', transfer('ListReversals'), reversals),
  ];
}
