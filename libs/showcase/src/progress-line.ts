import type { OnProgress, Stage } from './shop.js';

const WORDS: Readonly<Record<Stage, string>> = {
  people: 'people sign up',
  trips: 'trips are published',
  bookings: 'bookings come in',
};
const BAR_WIDTH = 24;
const REDRAWN_EVERY_MS = 80;

/** Where progress is shown: `process.stdout`. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line per stage, redrawn in place on a terminal, printed once at its end elsewhere; with the rate. */
export function progressLine(output: Output): OnProgress {
  let stage: Stage | undefined;
  let startedAt = 0;
  let drawnAt = 0;
  return (current, done, total) => {
    const now = performance.now();
    if (stage !== current) [stage, startedAt, drawnAt] = [current, now, 0];
    const isOver = done === total;
    if (!isOver && (!output.isTTY || now - drawnAt < REDRAWN_EVERY_MS)) return;
    drawnAt = now;
    const seconds = (now - startedAt) / 1_000;
    const rate = seconds > 0.05 ? ` · ${Math.round(done / seconds)}/s` : '';
    const line = `  ${bar(done / total)}  ${done} of ${total} ${WORDS[current]}, ${seconds.toFixed(1)} s${rate}`;
    if (output.isTTY) output.write(`\r\u001B[2K${line}${isOver ? '\n' : ''}`);
    else output.write(`${line}\n`);
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}
