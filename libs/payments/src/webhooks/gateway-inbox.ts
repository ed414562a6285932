import { addJobs, Jobs } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { GatewayEvent } from '../gateway/gateway-results.js';
import { PaymentGateway, WebhookUnverified, type WebhookRequest } from '../gateway/payment-gateway.js';
import { NEWS_JOBS } from '../jobs/job-names.js';
import { UnverifiedWebhook } from './webhook.errors.js';

/** How gateways name things. JSON can say more than PostgreSQL can store, e.g. NUL and halves of surrogate pairs. */
const NAME = /^[\x21-\x7e]{1,255}$/;

/** `$1` gateway, `$2` event, `$3` its type, `$4` now. */
const TAKE_IN = `INSERT INTO gateway_events (gateway, event_id, type, received_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT ON CONSTRAINT gateway_events_pkey DO NOTHING RETURNING event_id`;
/** The same, with the job `$5` if the event is new: it is the row that asks for it. */
const TAKE_IN_AND_READ = `WITH added AS (${TAKE_IN}) SELECT (SELECT count(*) FROM ${addJobs('$5')}) FROM added`;

/**
 * Takes in the gateway's news: each event becomes one job, whichever process hears of it and however often. Nothing is applied from
 * the payload; the job reads at the gateway how things stand by then.
 */
@Injectable()
export class GatewayInbox {
  constructor(
    private readonly gateway: PaymentGateway,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** @throws UnverifiedWebhook for what is badly signed, too old, or no event at all. */
  async receive(request: WebhookRequest): Promise<void> {
    const { id, type, subject } = this.verify(request);
    const event = [this.gateway.name, id, type, this.clock.now()];
    if (!subject) return void (await this.dataSource.query(TAKE_IN, event));
    const job = { name: NEWS_JOBS[subject.kind], payload: subject };
    await this.dataSource.query(TAKE_IN_AND_READ, [...event, this.jobs.specsOf([job])]);
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
