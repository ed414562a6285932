/** What is said, before it is laid out. Plain text throughout: the layout escapes it. */
export interface Letter {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Facts at a glance. */
  readonly details?: readonly Detail[];
  readonly statement?: Statement;
  /** `token`: what the link carries, for readers of plain text who have nothing to open it with. */
  readonly action?: { readonly label: string; readonly url: string; readonly token: Detail };
  /** In small print. */
  readonly notes?: readonly string[];
}

/** What it is, and how it stands. Line breaks are kept. */
export type Detail = readonly [label: string, value: string];

/** Amounts under each other, and what they come to. */
export interface Statement {
  readonly lines: readonly StatementLine[];
  readonly total: StatementLine;
}

export interface StatementLine {
  readonly label: string;
  /** What tells it from others of its kind. */
  readonly hint?: string;
  readonly amount: string;
}
