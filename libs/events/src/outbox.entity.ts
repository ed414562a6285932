import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '@app/database';

/** An event, committed with the state it tells of; `relayedAt` is set once its deliveries are queued. */
@Entity('outbox')
@Index('outbox_aggregate', ['aggregateId', 'sequence'])
@Index('outbox_name', ['name', 'sequence'])
@Index('outbox_unrelayed', ['sequence'], { where: 'relayed_at IS NULL' })
@Index('outbox_relayed', ['relayedAt'], { where: 'relayed_at IS NOT NULL' })
export class OutboxEvent {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'outbox_pkey' })
  eventId: string;

  @Index('outbox_sequence', { unique: true })
  @Column('bigint', { transformer: bigintColumn })
  @Generated('increment')
  sequence: number;

  @Column('text')
  name: string;

  @Column('smallint')
  version: number;

  @Column('uuid', { name: 'aggregate_id' })
  aggregateId: string;

  @Column('jsonb')
  payload: object;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('timestamptz', { name: 'relayed_at', nullable: true })
  relayedAt: Date | null;
}
