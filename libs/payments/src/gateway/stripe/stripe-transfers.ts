import type { Stripe } from 'stripe';
import type { GatewayDown, NeverAsked, OutcomeUnknown, TransferOutcome } from '../gateway-results.js';
import type { GatewayRead, ReverseTransfer, Transfer } from '../payment-gateway.js';
import { fromStripe, toStripe } from './stripe-amounts.js';
import { failureOf, isMissing, type StripeRefusal } from './stripe-errors.js';
import type { StripeRequests } from './stripe-requests.js';

/** Money from the platform's balance to a vendor's account, and back. */
export class StripeTransfers {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
  ) {}

  create({ accountId, amount, group, metadata, ...call }: Transfer): Promise<TransferOutcome> {
    const transfer: Stripe.TransferCreateParams = {
      ...toStripe(amount),
      destination: accountId,
      transfer_group: group,
      metadata: { ...metadata },
    };
    return this.requests.answer<TransferOutcome>(
      call,
      async (send) =>
        transferOutcome(
          await send((options) => this.stripe.transfers.create(transfer, options), call.idempotencyKey),
        ),
      failed,
    );
  }

  read(id: string, call: GatewayRead): Promise<TransferOutcome> {
    return this.requests.answer<TransferOutcome>(call, async (send) =>
      transferOutcome(await send((options) => this.stripe.transfers.retrieve(id, {}, options))),
    );
  }

  find(group: string, call: GatewayRead): Promise<TransferOutcome | NeverAsked> {
    const query: Stripe.TransferListParams = { transfer_group: group, limit: 1 };
    return this.requests.answer<TransferOutcome | NeverAsked>(call, async (send) => {
      const { data } = await send((options) => this.stripe.transfers.list(query, options));
      return data[0] ? transferOutcome(data[0]) : { status: 'none' };
    });
  }

  reverse({ gatewayTransferId: id, amount, ...call }: ReverseTransfer): Promise<TransferOutcome> {
    const reversal = { amount: toStripe(amount).amount };
    return this.requests.answer<TransferOutcome>(
      call,
      async (send) => {
        await send(
          (options) => this.stripe.transfers.createReversal(id, reversal, options),
          call.idempotencyKey,
        );
        return transferOutcome(await send((options) => this.stripe.transfers.retrieve(id, {}, options)));
      },
      (refusal) => {
        if (isMissing(refusal)) throw refusal;
        return failed(refusal);
      },
    );
  }
}

/** A vendor's account that is gone or may not receive fails his payout, not the run. */
function failed(refusal: StripeRefusal): TransferOutcome {
  return { status: 'failed', failure: failureOf(refusal) };
}

export function transferOutcome(
  transfer: Stripe.Transfer,
): Exclude<TransferOutcome, OutcomeUnknown | GatewayDown> {
  const reversed = fromStripe(transfer.amount_reversed, transfer.currency);
  return { status: 'paid', gatewayTransferId: transfer.id, reversed };
}
