import type { Role } from '@app/http';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** Somebody with an account. That they act for a vendor is written there, in `vendor_members`. */
@Entity('users')
@Unique('users_email_key', ['email'])
@Index('users_deleted', ['id'], { where: `password_hash = ''` })
@Check('users_role_check', `role IN ('traveller', 'admin')`)
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id: string;

  /** citext: kept as it was typed, unique and found in any letter case. */
  @Column('citext')
  email: string;

  /** argon2id in PHC string format; empty, so that no password fits, once the account is deleted. */
  @Column('text', { name: 'password_hash' })
  passwordHash: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  phone: string | null;

  @Column('text')
  role: Role;

  @Column('boolean', { name: 'is_active', default: true })
  isActive: boolean;

  /** Access tokens carry it; those of an older version are refused. */
  @Column('integer', { name: 'token_version', default: 1 })
  tokenVersion: number;

  @Column('timestamptz', { name: 'email_verified_at', nullable: true })
  emailVerifiedAt: Date | null;

  /** BCP 47: the language they are written to in, or the nearest there is. */
  @Column('text', { default: 'en' })
  locale: string;

  /** IANA; null: the platform's. */
  @Column('text', { name: 'time_zone', nullable: true })
  timeZone: string | null;

  /** Whether they want to be reminded of what is to come. What they need to know, such as receipts, they are told anyway. */
  @Column('boolean', { default: true })
  reminders: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  isDeleted(): boolean {
    return this.passwordHash === '';
  }

  /** Forgets the person and keeps the row, which bookings and vendors point at. `.invalid` never resolves (RFC 2606). */
  anonymise(): void {
    this.email = `deleted-${this.id}@users.invalid`;
    this.passwordHash = '';
    this.name = 'Deleted user';
    this.phone = null;
    this.isActive = false;
    this.emailVerifiedAt = null;
    this.locale = 'en';
    this.timeZone = null;
    this.reminders = false;
  }
}
