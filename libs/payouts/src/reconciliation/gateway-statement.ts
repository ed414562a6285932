import {
  GATEWAY_TIMEOUT_MS,
  GatewayUnavailable,
  isAnswer,
  PaymentGateway,
  type BalanceTransaction,
} from '@app/payments';
import { Injectable } from '@nestjs/common';
import type { Window } from './movements.js';

/** After which to ask again a gateway that gave no answer at all. */
const ASK_AGAIN_SECONDS = 5;

/** What the gateway says of its balance. */
@Injectable()
export class GatewayStatement {
  constructor(private readonly gateway: PaymentGateway) {}

  /** Page by page. @throws GatewayUnavailable */
  async *read({ from, to }: Window): AsyncGenerator<BalanceTransaction> {
    let cursor: string | undefined;
    do {
      const call = { from, to, timeoutMs: GATEWAY_TIMEOUT_MS, ...(cursor !== undefined && { cursor }) };
      const outcome = await this.gateway.listBalanceTransactions(call);
      if (!isAnswer(outcome)) {
        throw new GatewayUnavailable(
          outcome.status === 'unavailable' ? outcome.retryAfterSeconds : ASK_AGAIN_SECONDS,
        );
      }
      yield* outcome.data;
      cursor = outcome.nextCursor;
    } while (cursor !== undefined);
  }
}
