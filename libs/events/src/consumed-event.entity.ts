import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { OutboxEvent } from './outbox.entity.js';

/** That a handler's effects of an event are in the database: this row commits with them. */
@Entity('consumed_events')
export class ConsumedEvent {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'consumed_events_pkey' })
  @ForeignKey(() => OutboxEvent, { name: 'consumed_events_event_fkey', onDelete: 'CASCADE' })
  eventId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumed_events_pkey' })
  handler: string;

  @Column('timestamptz', { name: 'consumed_at' })
  consumedAt: Date;
}
