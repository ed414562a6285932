import type { Socket } from 'node:net';
import { Client, type ClientConfig, type QueryResult } from 'pg';
import { ANSWER_WITHIN_MS } from './session.js';
import { StatementNames } from './statement-names.js';
import { isOutdated } from './transient.js';

/** As pg says it of a single statement, see transient.ts. */
const SILENCE = 'Query read timeout';

export interface SturdyConfig extends ClientConfig {
  /** How long the connection may be silent while it owes an answer; twice that while a large statement is on its way. */
  readonly answerWithinMs?: number;
}

/**
 * A lost connection fails the statement under way, or the next one. In the moment between the pool's hands and TypeORM's
 * nobody else listens, and an `error` that nobody hears ends the process. One that falls silent while it owes an answer, or a goodbye, is as
 * good as lost. The socket has one timer for that, and pg's `query_timeout` makes one for each statement: see ADR 29 for what that costs.
 */
export class SturdyClient extends Client {
  /** Of pg, which its types do not know: whether the server owes no answer. */
  declare readonly readyForQuery: boolean;

  constructor({ answerWithinMs = ANSWER_WITHIN_MS, ...config }: SturdyConfig = {}) {
    super(config);
    this.on('error', () => undefined);
    this.once('connect', () => {
      const stream = this.connection.stream as Socket;
      stream.setTimeout(answerWithinMs).on('timeout', () => {
        if (!this.readyForQuery || stream.writableEnded) stream.destroy(new Error(SILENCE));
      });
    });
  }
}

/** "Not in a transaction", in ReadyForQuery (PostgreSQL manual, "Message Formats"). */
const IDLE = 'I';

/** Names the statements that TypeORM sends without. Not for a pooler that gives each transaction another server process. */
export class NamingClient extends SturdyClient {
  /** Of pg, which its types do not know yet. */
  declare getTransactionStatus: () => 'I' | 'T' | 'E' | null;

  private readonly names: StatementNames;

  /** Raised when a name led to something outdated, which the server keeps under that name until the connection ends. */
  private edition = 1;

  /** @param config.statementNames one table for all connections of a pool. */
  constructor(config: SturdyConfig & { statementNames: StatementNames }) {
    super(config);
    this.names = config.statementNames;
  }

  // pg has eight signatures for it; TypeORM uses one, and the others are passed on as they come.
  // oxlint-disable-next-line typescript/no-explicit-any
  override query(text: any, values?: any, callback?: any): any {
    const name = typeof text === 'string' && isGiven(values) && !callback ? this.names.of(text) : undefined;
    return name === undefined ? super.query(text, values, callback) : this.queryNamed(name, text, values);
  }

  /** What is outdated did nothing. Outside a transaction it is sent again; inside, the transaction is lost, and isTransient says so. */
  private async queryNamed(name: string, text: string, values: unknown[]): Promise<QueryResult> {
    const { edition } = this;
    try {
      return await super.query({ name: `${name}_${edition}`, text, values });
    } catch (error) {
      if (!isOutdated(error)) throw error;
      this.edition = edition + 1;
      if (this.getTransactionStatus() !== IDLE) throw error;
      return super.query({ name: `${name}_${this.edition}`, text, values });
    }
  }
}

const isGiven = (values: unknown): boolean => Array.isArray(values) && values.length > 0;
