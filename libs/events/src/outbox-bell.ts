import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Subject } from 'rxjs';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '@app/config';

/** The channel on which a process without a worker says that there is something to relay. */
export const OUTBOX_CHANNEL = 'travellr_outbox';

/** Between two NOTIFYs of a process: each is a transaction, and those of all processes commit one after the other. */
const PAUSE_MS = 25;

/** Wakes the relay after a commit: in this process when it has one, else by a coalesced NOTIFY. Only a hint: the relay also polls. */
@Injectable()
export class OutboxBell {
  readonly rings = new Subject<void>();
  private readonly logger = new Logger(OutboxBell.name);
  private isCalling = false;
  /** Something was committed that the last NOTIFY may have come too early for. */
  private isDue = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  ring(): void {
    if (this.rings.observed) this.rings.next();
    else if (this.config.worker === 'off') void this.call();
  }

  /** At once when all is quiet; in a rush once for all commits since the last time. */
  private async call(): Promise<void> {
    this.isDue = true;
    if (this.isCalling) return;
    this.isCalling = true;
    while (this.isDue && this.dataSource.isInitialized) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.isDue = false;
      await this.notify();
      await setTimeout(PAUSE_MS, undefined, { ref: false });
    }
    this.isCalling = false;
  }

  private async notify(): Promise<void> {
    await this.dataSource
      .query(`NOTIFY ${OUTBOX_CHANNEL}`)
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'NOTIFY failed; the relay will find the events by polling'),
      );
  }
}
