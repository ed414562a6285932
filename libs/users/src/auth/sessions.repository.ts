import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, Repository, type FindOptionsWhere } from 'typeorm';
import { Session } from './session.entity.js';

/** Whoever writes here has locked the user's row first, so that no session slips in while others are revoked. */
@Injectable()
export class SessionsRepository {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly clock: Clock,
  ) {}

  async save(session: Session, tx: Tx): Promise<void> {
    await tx.insert(Session, session);
  }

  findByTokenHash(refreshTokenHash: string): Promise<Session | null> {
    return this.sessions.findOneBy({ refreshTokenHash });
  }

  /** The newest first, 1000 at most. */
  findByUser(userId: string): Promise<Session[]> {
    return this.sessions.find({ where: { userId }, order: { id: 'DESC' }, take: 1000 });
  }

  /** Of any number who try at once, one succeeds. @returns false when it was used or signed out before, or has run out. */
  async revoke(id: string, tx: Tx): Promise<boolean> {
    return (await this.revokeLive({ id }, tx)) === 1;
  }

  /** @returns how many were still live. */
  revokeFamily(family: string, tx: Tx): Promise<number> {
    return this.revokeLive({ family }, tx);
  }

  /** @returns how many were still live. */
  revokeUser(userId: string, tx: Tx): Promise<number> {
    return this.revokeLive({ userId }, tx);
  }

  private async revokeLive(which: FindOptionsWhere<Session>, tx: Tx): Promise<number> {
    const now = this.clock.now();
    const live = { ...which, revokedAt: IsNull(), expiresAt: MoreThan(now) };
    const { affected } = await tx.update(Session, live, { revokedAt: now });
    return affected ?? 0;
  }
}
