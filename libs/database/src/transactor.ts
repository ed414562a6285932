import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';

declare const insideTransaction: unique symbol;

/** An EntityManager that is known to be inside a transaction. Only {@link Transactor.run} makes one, so a plain manager does not compile. */
export type Tx = EntityManager & { readonly [insideTransaction]: true };

type AfterCommit = () => void | Promise<void>;

/** Opens transactions. Services call it; whatever they call in turn takes the `tx` it hands out. */
@Injectable()
export class Transactor {
  private readonly logger = new Logger(Transactor.name);
  private readonly afterCommit = new WeakMap<EntityManager, AfterCommit[]>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects.
   * Never call a gateway, a mail server or anything else over the network inside it.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let hooks: AfterCommit[] = [];
    const result = await this.dataSource.transaction(async (manager) => {
      this.afterCommit.set(manager, (hooks = []));
      return work(manager as Tx);
    });
    await Promise.all(hooks.map((hook) => this.call(hook)));
    return result;
  }

  /**
   * Calls `hook` once `tx` has committed, before the caller of {@link run} gets his answer; never when it rolls back. For hints only
   * (wake a worker, drop a cache entry): a crash may skip it, and one that fails is logged, for the work is done.
   */
  onCommit(tx: Tx, hook: AfterCommit): void {
    this.afterCommit.get(tx)?.push(hook);
  }

  private async call(hook: AfterCommit): Promise<void> {
    try {
      await hook();
    } catch (error) {
      this.logger.error({ err: error }, 'what was to follow a commit failed');
    }
  }
}
