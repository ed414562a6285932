import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { JournalKind, SourceType } from './journal-entry.js';

/** One movement of money: what happened, to which record, and when. Its postings sum to zero; it is never changed. */
@Entity('journals')
@Unique('journals_source_key', ['kind', 'sourceType', 'sourceId'])
export class Journal {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'journals_pkey' })
  id: string;

  @Column('text')
  kind: JournalKind;

  @Column('text', { name: 'source_type' })
  sourceType: SourceType;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @Index('journals_booking')
  @Column('uuid', { name: 'booking_id', nullable: true })
  bookingId: string | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;
}
