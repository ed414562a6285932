import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { MailShare } from './mail-share.js';

/** There is none for this letter at present. */
export class NoSlot {
  constructor(readonly waitMs: number) {}
}

/**
 * Shares this process's slots for mail out. A letter may hang for a minute, and so may the next hundred to the same readers: so letters
 * to one domain have half of the slots, unless it takes them at once, and letters that were tried before have half of them whatever
 * domains they are for. The rest is for whoever waits for a new password.
 */
@Injectable()
export class MailSlots {
  private readonly half: number;
  private readonly retries: MailShare;
  /** Of letters that are out now. */
  private readonly domains = new Map<string, MailShare>();

  constructor(@Inject(CONFIG) { workerConcurrency }: Pick<Config, 'workerConcurrency'>) {
    this.half = Math.max(1, Math.floor(workerConcurrency / 2));
    this.retries = new MailShare(this.half, false);
  }

  /** @returns NoSlot when it has not called `send`, since there is no room. */
  async use(
    { address, isRetry }: { address: string; isRetry: boolean },
    send: () => Promise<void>,
  ): Promise<NoSlot | undefined> {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const ofDomain = this.domains.get(domain) ?? new MailShare(this.half, true);
    const shares = isRetry ? [ofDomain, this.retries] : [ofDomain];
    const full = shares.find(({ hasRoom }) => !hasRoom);
    if (full) return new NoSlot(full.turnAway());

    this.domains.set(domain, ofDomain);
    const leave = shares.map((share) => share.enter());
    let wasSent = false;
    try {
      await send();
      wasSent = true;
    } finally {
      for (const done of leave) done(wasSent);
      if (ofDomain.isIdle) this.domains.delete(domain);
    }
    return undefined;
  }
}
