import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DeliveryQueue } from './delivery-queue.js';

const MINUTE_MS = 60_000;
/** How long the log goes back. */
const LOG_MS = 30 * 24 * 60 * MINUTE_MS;
const BATCH_SIZE = 1_000;

@Injectable()
export class WebhookUpkeep {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: DeliveryQueue,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Two for each endpoint are enough: each calls the next. */
  @Schedule({
    name: 'resume-webhooks',
    cron: '* * * * *',
    summary: 'Sends webhooks that are overdue by a minute: those whose job was lost',
  })
  async resume(): Promise<ScheduleReport> {
    const now = this.clock.now();
    const overdue = new Date(now.getTime() - MINUTE_MS);
    const lost = await this.dataSource.query<{ id: string }[]>(
      /* sql */ `
      SELECT delivery.id FROM webhook_endpoints endpoint CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries
        WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_attempt_at <= $2
          AND (claimed_until IS NULL OR claimed_until <= $1)
        ORDER BY next_attempt_at LIMIT 2
      ) delivery
      WHERE enabled AND (paused_until IS NULL OR paused_until <= $2)
      LIMIT $3`,
      [now, overdue, BATCH_SIZE],
    );
    const ids = lost.map(({ id }) => id);
    if (ids.length > 0) await this.transactor.run((tx) => this.queue.enqueue(ids, tx));
    return { resumed: ids.length };
  }

  @Schedule({
    name: 'purge-webhooks',
    cron: '37 3 * * *',
    summary: 'Deletes webhook deliveries after 30 days, and secrets that a new one has replaced',
  })
  async purge(): Promise<ScheduleReport> {
    const before = new Date(this.clock.now().getTime() - LOG_MS);
    const deliveries = await inBatches(BATCH_SIZE, () => this.purgeDeliveries(before));
    const secrets = await inBatches(BATCH_SIZE, () => this.purgeSecrets());
    return { deliveries, secrets };
  }

  /** One that is sent again is kept as long as it is tried; one that waits for an endpoint that is disabled is not kept for ever. */
  private purgeDeliveries(before: Date): Promise<number> {
    return this.affected(
      /* sql */ `
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries
        WHERE created_at < $1 AND (next_attempt_at IS NULL OR next_attempt_at < $1)
        ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
      )`,
      [before, BATCH_SIZE],
    );
  }

  private purgeSecrets(): Promise<number> {
    return this.affected(
      /* sql */ `
      UPDATE webhook_endpoints SET previous_secrets = '[]', previous_secret_expires_at = NULL WHERE id IN (
        SELECT id FROM webhook_endpoints WHERE previous_secret_expires_at <= $1
        ORDER BY previous_secret_expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
      )`,
      [this.clock.now(), BATCH_SIZE],
    );
  }

  private async affected(statement: string, parameters: unknown[]): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(statement, parameters);
    return count;
  }
}
