import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Subject } from 'rxjs';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '@app/config';

/** The channel on which a process without a worker says that there is something to relay. */
export const OUTBOX_CHANNEL = 'travellr_outbox';

/** Wakes the relay after a commit: in this process when it has one, else by a coalesced NOTIFY. Only a hint: the relay also polls. */
@Injectable()
export class OutboxBell {
  readonly rings = new Subject<void>();
  private readonly logger = new Logger(OutboxBell.name);
  private notifying = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  ring(): void {
    if (this.rings.observed) this.rings.next();
    else if (this.config.worker === 'off' && !this.notifying) void this.notify();
  }

  /** Rings while a NOTIFY is under way are covered by it: it is sent after their commits. */
  private async notify(): Promise<void> {
    this.notifying = true;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.notifying = false;
    await this.dataSource
      .query(`NOTIFY ${OUTBOX_CHANNEL}`)
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'NOTIFY failed; the relay will find the events by polling'),
      );
  }
}
