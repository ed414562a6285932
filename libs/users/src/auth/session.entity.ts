import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../user.entity.js';

/** One refresh token. It works once: using it revokes it and opens the next of its family. */
@Entity('sessions')
@Unique('sessions_refresh_token_hash_key', ['refreshTokenHash'])
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @ForeignKey(() => User, { name: 'sessions_user_fkey', onDelete: 'CASCADE' })
  @Index('sessions_user')
  @Column('uuid', { name: 'user_id' })
  userId: string;

  /** The sign-in that it descends from. */
  @Index('sessions_family')
  @Column('uuid')
  family: string;

  /** SHA-256: enough for 256 random bits, which nobody can guess their way to. */
  @Column('text', { name: 'refresh_token_hash' })
  refreshTokenHash: string;

  @Index('sessions_expiry')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
