import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { OutboxEvent } from './outbox.entity.js';

/** That a handler has nothing left to do with an event: its effects commit with this row, or an admin gave the delivery up. */
@Entity('consumed_events')
@Check('consumed_events_skip', '(skipped_by IS NULL) = (skip_reason IS NULL)')
export class ConsumedEvent {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'consumed_events_pkey' })
  @ForeignKey(() => OutboxEvent, { name: 'consumed_events_event_fkey', onDelete: 'CASCADE' })
  eventId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumed_events_pkey' })
  handler: string;

  @Column('timestamptz', { name: 'consumed_at' })
  consumedAt: Date;

  /** The admin who decided that the handler shall never see it. */
  @Column('uuid', { name: 'skipped_by', nullable: true })
  skippedBy: string | null;

  @Column('text', { name: 'skip_reason', nullable: true })
  skipReason: string | null;
}
