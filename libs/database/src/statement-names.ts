import { createHash } from 'node:crypto';

/** How a statement says that its good plan depends on its values. TypeORM: `query.comment('plan each time')`. */
const PLAN_EACH_TIME = '/* plan each time */';

/** Each takes some 60 KB of every connection's server process: at most 12 MB. The product has fewer that come often. */
const MOST_NAMES = 200;

/** Longer texts are bulk writes of one size, which hardly come again. */
const LONGEST_TEXT = 10_000;

/**
 * The names under which PostgreSQL keeps statements, so that it parses each once for a connection and, when plans for its values turn
 * out no better, plans it once. A text earns its name by coming a second time; once as many as there is room for have one, others go
 * without. A text keeps its name for good.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seenOnce = new Set<string>();

  constructor(private readonly most = MOST_NAMES) {}

  /** @param text one statement with parameters. @returns undefined when it is to be sent without a name. */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= this.most) return name;
    return mayBeKept(text) && this.hasComeAgain(text) ? this.give(text) : undefined;
  }

  private hasComeAgain(text: string): boolean {
    if (this.seenOnce.delete(text)) return true;
    if (this.seenOnce.size >= this.most) this.seenOnce.clear();
    this.seenOnce.add(text);
    return false;
  }

  private give(text: string): string {
    const name = `travellr_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
    this.names.set(text, name);
    return name;
  }
}

const mayBeKept = (text: string): boolean => text.length <= LONGEST_TEXT && !text.startsWith(PLAN_EACH_TIME);
