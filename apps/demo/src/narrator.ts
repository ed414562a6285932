import { currency } from '@app/kernel';
import type { Money } from './wire.js';

/** Where the commentary goes: `process.stdout`. */
export interface Stage {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const RULE_WIDTH = 72;
const WHO_WIDTH = 6;
const REQUEST_WIDTH = 65;

interface Request {
  /** Empty for a visitor. */
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Tells the story, in colour on a terminal. */
export class Narrator {
  private chapters = 0;

  constructor(
    private readonly stage: Stage,
    private readonly isColoured = stage.isTTY === true,
  ) {}

  title(text: string): void {
    this.line(`\n${this.paint(BOLD, text)}\n${this.paint(DIM, '─'.repeat(RULE_WIDTH))}`);
  }

  chapter(text: string): void {
    this.chapters += 1;
    this.line(`\n${this.paint(BOLD, `${this.chapters}. ${text}`)}`);
  }

  say(text: string): void {
    this.line(text === '' ? '' : `   ${text}`);
  }

  request({ who, method, path, status }: Request): void {
    const request = `${who.padEnd(WHO_WIDTH)} ${method.padEnd(4)} ${readable(path)}`.padEnd(REQUEST_WIDTH);
    this.say(`${this.paint(DIM, request)} ${this.paint(status < 300 ? GREEN : YELLOW, String(status))}`);
  }

  /** Each replaces the one before on a terminal; elsewhere nobody could read them. */
  fleeting(text: string): void {
    if (this.stage.isTTY) this.stage.write(`\r\u001B[2K   ${this.paint(DIM, text)}`);
  }

  clearFleeting(): void {
    if (this.stage.isTTY) this.stage.write('\r\u001B[2K');
  }

  /** Numbers to the right, words to the left; a heading stands as the cells below it do. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    const isNumeric = head.map((_, column) => rows.every((row) => /^[-\d.,]*$/.test(row[column] ?? '')));
    const cells = (row: readonly string[]) =>
      row
        .map((cell, column) =>
          isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('   ');
    const width = cells(head).length;
    this.say(this.paint(DIM, cells(head).trimEnd()));
    this.say(this.paint(DIM, '─'.repeat(width)));
    for (const row of rows) this.say(cells(row).trimEnd());
  }

  private line(text: string): void {
    this.stage.write(`${text}\n`);
  }

  private paint(code: number, text: string): string {
    return this.isColoured ? `\u001B[${code}m${text}\u001B[0m` : text;
  }
}

const BOLD = 1;
const DIM = 2;
const GREEN = 32;
const YELLOW = 33;

/** Ids are for machines. */
const readable = (path: string): string => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…');

/** `{ amount: 15000, currency: 'USD' }` is `150.00 USD`. */
export function moneyText({ amount, currency: code }: Money): string {
  const { exponent } = currency(code);
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  return `${(amount / 10 ** exponent).toLocaleString('en', digits)} ${code}`;
}
