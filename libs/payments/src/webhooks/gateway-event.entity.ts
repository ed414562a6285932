import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A piece of the gateway's news that has been taken in. Sent again, it meets this row. */
@Entity('gateway_events')
export class GatewayEventRecord {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'gateway_events_pkey' })
  gateway: string;

  /** The gateway's id of the event. */
  @PrimaryColumn('text', { name: 'event_id', primaryKeyConstraintName: 'gateway_events_pkey' })
  eventId: string;

  /** The gateway's name for what happened, e.g. `payment_intent.succeeded`. */
  @Column('text')
  type: string;

  @Index('gateway_events_received')
  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;
}
