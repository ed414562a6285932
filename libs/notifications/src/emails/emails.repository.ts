import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, MoreThan, Repository } from 'typeorm';
import type { EmailKind } from './email-kind.js';
import { Email, type EmailStatus } from './email.entity.js';

export interface EmailFilter {
  readonly kind?: EmailKind;
  readonly status?: EmailStatus;
  readonly userId?: string;
  readonly aboutId?: string;
}

type Outcome = Partial<Pick<Email, 'status' | 'address' | 'lastError' | 'sentAt'>>;

@Injectable()
export class EmailsRepository {
  constructor(
    @InjectRepository(Email) private readonly emails: Repository<Email>,
    private readonly clock: Clock,
  ) {}

  findById(id: string): Promise<Email | null> {
    return this.emails.findOneBy({ id });
  }

  /** Newest first. @param range.before the id that the page before ended with. */
  findPage(filter: EmailFilter, range: { limit: number; before?: string }): Promise<Email[]> {
    const { kind, status, userId, aboutId } = filter;
    return this.emails.find({
      where: {
        ...(kind && { kind }),
        ...(status && { status }),
        ...(userId && { userId }),
        ...(aboutId && { aboutId }),
        ...(range.before && { id: LessThan(range.before) }),
      },
      order: { id: 'DESC' },
      take: range.limit,
    });
  }

  /**
   * Compare and set: of all who would send it, one gets it, for `leaseMs`.
   * @returns null when it is not to be sent, or somebody else is at it.
   */
  async claim(id: string, leaseMs: number): Promise<Email | null> {
    const now = this.clock.now();
    const { raw } = await this.emails
      .createQueryBuilder()
      .update()
      .set({
        attempts: () => 'attempts + 1',
        claimedUntil: new Date(now.getTime() + leaseMs),
        updatedAt: now,
      })
      .where(`id = :id AND status = 'queued' AND (claimed_until IS NULL OR claimed_until <= :now)`, {
        id,
        now,
      })
      .returning('attempts')
      .execute();
    const [claimed] = raw as Pick<Email, 'attempts'>[];
    // This attempt's own number, whatever has happened since.
    return claimed ? Object.assign(await this.emails.findOneByOrFail({ id }), claimed) : null;
  }

  /** Ends an attempt. @returns false when a later one has begun: then it is for that one to say what came of it. */
  async settle({ id, attempts }: Email, outcome: Outcome, tx?: Tx): Promise<boolean> {
    const { affected } = await (tx?.getRepository(Email) ?? this.emails).update(
      { id, attempts, status: 'queued' },
      { ...outcome, claimedUntil: null, updatedAt: this.clock.now() },
    );
    return affected === 1;
  }

  /** As if it had not been claimed. @returns false when a later attempt has begun. */
  async unclaim({ id, attempts }: Email, tx: Tx): Promise<boolean> {
    const before = { attempts: attempts - 1, claimedUntil: null };
    const { affected } = await tx.update(Email, { id, attempts, status: 'queued' }, before);
    return affected === 1;
  }

  /** What waits to be sent, oldest first. @param after the id that the batch before ended with. */
  async findQueued(range: { limit: number; after?: string }): Promise<string[]> {
    const queued = await this.emails.find({
      select: { id: true },
      where: { status: 'queued', ...(range.after && { id: MoreThan(range.after) }) },
      order: { id: 'ASC' },
      take: range.limit,
    });
    return queued.map(({ id }) => id);
  }

  lock(id: string, tx: Tx): Promise<Email | null> {
    return tx.findOne(Email, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Forgets mail that has been settled for long. @returns how many, `limit` at most. */
  async deleteSettled(before: Date, limit: number): Promise<number> {
    const [, deleted] = await this.emails.query<[unknown[], number]>(
      /* sql */ `
      DELETE FROM emails WHERE id IN (
        SELECT id FROM emails WHERE status <> 'queued' AND updated_at < $1
        ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
      )`,
      [before, limit],
    );
    return deleted;
  }

  /** Forgets where mail went to users whose account is deleted, and what servers said of it. @returns of how many, `limit` at most. */
  async forgetDeleted(limit: number): Promise<number> {
    const [, anonymised] = await this.emails.query<[unknown[], number]>(
      /* sql */ `
      UPDATE emails SET address = NULL, last_error = NULL WHERE id IN (
        SELECT email.id FROM users JOIN emails email ON email.user_id = users.id
        WHERE users.password_hash = '' AND email.status IN ('sent', 'failed')
          AND num_nonnulls(email.address, email.last_error) > 0
        LIMIT $1 FOR UPDATE OF email SKIP LOCKED
      )`,
      [limit],
    );
    return anonymised;
  }
}
