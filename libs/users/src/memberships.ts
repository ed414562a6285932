import type { Tx } from '@app/database';

/** Who acts for a vendor. Implemented by the vendors module, which this one must not know. */
export abstract class Memberships {
  abstract hasVendor(userId: string): Promise<boolean>;

  /**
   * Whether a vendor that is approved, or may be, would be without an active owner if this one left. The answer holds until `tx` ends: of two
   * owners who leave at once, the second waits for the first.
   */
  abstract isLastOwner(userId: string, tx: Tx): Promise<boolean>;

  /** Those of `userIds` who act for a vendor. An implementation that can ask for all at once overrides this. */
  async withVendor(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const answers = await Promise.all(userIds.map((id) => this.hasVendor(id)));
    return new Set(userIds.filter((_, index) => answers[index]));
  }
}
