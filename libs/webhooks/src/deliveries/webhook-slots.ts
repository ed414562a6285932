import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';

/** For how long who finds no slot stays away; the more are away already, the longer. A first repetition is promised within ten seconds. */
const STAY_AWAY_MS = 1_000;
const LONGEST_STAY_MS = 5_000;

/** `worker.ts` has four times WORKER_CONCURRENCY. */
const HALF_OF_SLOTS = 2;

interface Share {
  open: number;
  turnedAway: number;
}

/**
 * Shares this process's slots for webhooks out. A target may take half a minute to answer, and whoever owns it may have twenty: so the
 * endpoints of one owner have half of the slots, and those of others are told meanwhile.
 */
@Injectable()
export class WebhookSlots {
  private readonly most: number;
  /** Of those who have something open now. */
  private readonly shares = new Map<string | null, Share>();

  constructor(@Inject(CONFIG) { workerConcurrency }: Pick<Config, 'workerConcurrency'>) {
    this.most = HALF_OF_SLOTS * workerConcurrency;
  }

  /**
   * @param owner a vendor, or null for the platform.
   * @returns what to call at its end; or, when there is no slot, for how long to stay away, in milliseconds.
   */
  take(owner: string | null): (() => void) | number {
    const share = this.shares.get(owner) ?? { open: 0, turnedAway: 0 };
    if (share.open >= this.most) {
      share.turnedAway += 1;
      return Math.min(Math.ceil(share.turnedAway / this.most) * STAY_AWAY_MS, LONGEST_STAY_MS);
    }
    this.shares.set(owner, share);
    share.open += 1;
    return () => {
      share.open -= 1;
      share.turnedAway = 0;
      if (share.open === 0) this.shares.delete(owner);
    };
  }
}
