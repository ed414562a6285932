import type { Tx } from '@app/database';
import { Memberships } from '@app/users';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { VendorMember } from './vendor-member.entity.js';

/** Tells users, who know nothing of vendors, who acts for one. */
@Injectable()
export class VendorMemberships extends Memberships {
  constructor(@InjectRepository(VendorMember) private readonly members: Repository<VendorMember>) {
    super();
  }

  hasVendor(userId: string): Promise<boolean> {
    return this.members.existsBy({ userId });
  }

  async isLastOwner(userId: string, tx: Tx): Promise<boolean> {
    const owned = await tx.query<{ id: string }[]>(
      /* sql */ `
      SELECT id FROM vendors
      WHERE id IN (SELECT vendor_id FROM vendor_members WHERE user_id = $1 AND role = 'owner')
      ORDER BY id FOR NO KEY UPDATE`,
      [userId],
    );
    // A statement of its own: it sees what those who held the locks have committed.
    const [answer] = await tx.query<[{ isLast: boolean }]>(
      /* sql */ `
      SELECT EXISTS (
        SELECT FROM vendors WHERE id = ANY ($2::uuid[]) AND status IN ('pending', 'approved') AND NOT EXISTS (
          SELECT FROM vendor_members JOIN users ON users.id = vendor_members.user_id
          WHERE vendor_id = vendors.id AND user_id <> $1 AND vendor_members.role = 'owner' AND users.is_active
        )
      ) AS "isLast"`,
      [userId, owned.map(({ id }) => id)],
    );
    return answer.isLast;
  }

  override async withVendor(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const members = await this.members.find({ select: { userId: true }, where: { userId: In(userIds) } });
    return new Set(members.map(({ userId }) => userId));
  }
}
