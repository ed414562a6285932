import { createHash } from 'node:crypto';

/** How a statement says that its good plan depends on its values. TypeORM: `query.comment('plan each time')`. */
const PLAN_EACH_TIME = '/* plan each time */';

/** Each takes some 60 KB of every connection's server process: at most 15 MB. All that the product asks comes to some 200. */
const MOST_NAMES = 250;

/** Longer texts are bulk writes of one size, which hardly come again. */
const LONGEST_TEXT = 10_000;

/** One row, and a page of the length that lists have unless told otherwise, with the row more that tells of a next page. */
const USUAL_LIMITS = new Set(['1', '21']);

/**
 * The names under which PostgreSQL keeps statements, so that it parses each once for a connection and, when plans for its values turn
 * out no better, plans it once. A text earns its name by coming a second time; once as many as there is room for have one, others go
 * without. A text keeps its name for good. So that no client can use them up by asking in many ways, of texts that differ only in what
 * a client decides (see {@link shapeOf}) the first to earn a name is the only one.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly shapes = new Set<string>();
  private readonly seenOnce = new Set<string>();

  constructor(private readonly most = MOST_NAMES) {}

  /** @param text one statement with parameters. @returns undefined when it is to be sent without a name. */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= this.most || !mayBeKept(text)) return name;
    const shape = shapeOf(text);
    if (this.shapes.has(shape) || !this.hasComeAgain(text)) return undefined;
    this.shapes.add(shape);
    return this.give(text);
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

/**
 * A text without what a client decides by what he asks for or sends: an unusual limit, how many values or rows (yet one is another shape
 * than several), which columns TypeORM writes.
 */
const shapeOf = (text: string): string =>
  text
    .replace(/^(UPDATE "\w+" SET ).+?( WHERE )/s, '$1$2')
    .replaceAll(/\b(LIMIT|OFFSET) (\d+)/g, (found, word, rows) => (USUAL_LIMITS.has(rows) ? found : word))
    .replaceAll(/\$\d+|\bDEFAULT\b/g, '?')
    .replaceAll(/\?(?:, ?\?)+/g, '??')
    .replaceAll(/(\([^()]*\))(?:, ?\1)+/g, '$1$1');
