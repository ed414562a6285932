import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { Jobs } from '@app/events';
import { Clock, newId } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { EmailFacts, EmailKind } from './email-kind.js';
import { messageIdOf } from './message-id.js';

export const SEND_EMAIL = 'send-email';

export const sendingKey = (emailId: string): string => `${SEND_EMAIL}:${emailId}`;

interface RequestOf<Kind extends EmailKind> {
  readonly kind: Kind;
  /** What makes it once: the event's id; of a reminder, the booking's. */
  readonly sourceId: string;
  /** The record that it tells of; see `ABOUT`. */
  readonly aboutId: string;
  readonly userId: string;
  readonly facts: EmailFacts[Kind];
}

export type EmailRequest = { [Kind in EmailKind]: RequestOf<Kind> }[EmailKind];

/** Mail that is to be sent: a row and a job in the transaction that brings the reason for it. */
@Injectable()
export class MailQueue {
  private muted = false;

  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** From now on this process queues no mail: what it tells of is made up. */
  mute(): void {
    this.muted = true;
  }

  /**
   * What was queued before, by whomever, is not queued again. One statement however many. No constraint is named: of two that queue the
   * same at once, the second may meet the first in `emails_message_key`, which follows from `emails_once_key`, before it does in that.
   * @returns how many are new.
   */
  async queue(requests: readonly EmailRequest[], tx: Tx): Promise<number> {
    if (this.muted || requests.length === 0) return 0;
    const queued = await tx.query<{ id: string }[]>(
      `INSERT INTO emails (id, kind, source_id, about_id, user_id, facts, message_id, status, created_at, updated_at)
       SELECT id, kind, source_id, about_id, user_id, facts, message_id, 'queued', $2, $2
       FROM jsonb_to_recordset($1::jsonb) AS email
         (id uuid, kind text, source_id uuid, about_id uuid, user_id uuid, facts jsonb, message_id text)
       ON CONFLICT DO NOTHING
       RETURNING id`,
      [JSON.stringify(requests.map((request) => this.toRow(request))), this.clock.now()],
    );
    await this.jobs.enqueueAll(
      queued.map(({ id }) => ({ name: SEND_EMAIL, payload: { emailId: id }, key: sendingKey(id) })),
      tx,
    );
    return queued.length;
  }

  private toRow(request: EmailRequest) {
    const { kind, sourceId, aboutId, userId, facts } = request;
    return {
      id: newId(),
      kind,
      source_id: sourceId,
      about_id: aboutId,
      user_id: userId,
      facts,
      message_id: messageIdOf({ ...request, copy: 1 }, this.config.mail.from),
    };
  }
}
