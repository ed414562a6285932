import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { JournalKind, SourceType } from './journal-entry.js';

/** One movement of money: what happened, to which record, and when. Its postings sum to zero; it is never changed. */
@Entity('journals')
@Index('journals_occurred', ['occurredAt', 'id'])
@Unique('journals_source_key', ['kind', 'sourceType', 'sourceId', 'occurrence'])
export class Journal {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'journals_pkey' })
  id: string;

  @Column('text')
  kind: JournalKind;

  @Column('text', { name: 'source_type' })
  sourceType: SourceType;

  @Index('journals_source')
  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  /** 1 for the first time that this happened to the record. */
  @Column('integer', { default: 1 })
  occurrence: number;

  @Index('journals_booking')
  @Column('uuid', { name: 'booking_id', nullable: true })
  bookingId: string | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;
}
