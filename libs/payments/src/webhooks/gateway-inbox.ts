import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { GatewayEvent } from '../gateway/gateway-results.js';
import { PaymentGateway, WebhookUnverified, type WebhookRequest } from '../gateway/payment-gateway.js';
import { NEWS_JOBS } from '../jobs/job-names.js';
import { UnverifiedWebhook } from './webhook.errors.js';

/** How gateways name things. JSON can say more than PostgreSQL can store, e.g. NUL and halves of surrogate pairs. */
const NAME = /^[\x21-\x7e]{1,255}$/;

/**
 * Takes in the gateway's news: each event becomes one job, whichever process hears of it and however often. Nothing is applied from
 * the payload; the job reads at the gateway how things stand by then.
 */
@Injectable()
export class GatewayInbox {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** @throws UnverifiedWebhook for what is badly signed, too old, or no event at all. */
  async receive(request: WebhookRequest): Promise<void> {
    const { id, type, subject } = this.verify(request);
    await this.transactor.run(async (tx) => {
      const added = await tx.query<unknown[]>(
        `INSERT INTO gateway_events (gateway, event_id, type, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT gateway_events_pkey DO NOTHING RETURNING event_id`,
        [this.gateway.name, id, type, this.clock.now()],
      );
      if (added.length > 0 && subject) await this.jobs.enqueue(NEWS_JOBS[subject.kind], subject, tx);
    });
  }

  private verify(request: WebhookRequest): GatewayEvent {
    try {
      const event = this.gateway.parseWebhook(request);
      const { id, type, subject = {} } = event;
      if (![id, type, ...Object.values(subject)].every(isName))
        throw new WebhookUnverified('its ids are none of a gateway’s');
      return event;
    } catch (error) {
      throw error instanceof WebhookUnverified ? new UnverifiedWebhook(error.message) : error;
    }
  }
}

const isName = (value: unknown): boolean => typeof value === 'string' && NAME.test(value);
