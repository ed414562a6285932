const COLUMNS = [
  ['', 20],
  ['req/s', 7],
  ['floor', 7],
  ['ratio', 6],
  ['p50 ms', 8],
  ['floor', 7],
  ['p99 ms', 8],
  ['floor', 7],
  ['CPU ms: API', 11],
  ['PostgreSQL', 10],
  ['floor: both', 11],
  ['statements', 10],
  ['floor', 6],
];

/** Markdown, so that it can be kept. */
export const tableHead = [
  line(COLUMNS.map(([name]) => name)),
  line(COLUMNS.map(([, width]) => '-'.repeat(width))),
].join('\n');

/** @param theirs the floor's, unless it does nothing of the kind. */
export function row(name, ours, theirs) {
  const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '');
  return line([
    name,
    fixed(ours.rate, 0),
    fixed(theirs?.rate, 0),
    fixed(ours.ratio, 2),
    fixed(ours.p50, 1),
    fixed(theirs?.p50, 1),
    fixed(ours.p99, 1),
    fixed(theirs?.p99, 1),
    fixed(ours.serverMs, 2),
    fixed(ours.postgresMs, 2),
    fixed(theirs && theirs.serverMs + theirs.postgresMs, 2),
    fixed(ours.statements, 2),
    fixed(theirs?.statements, 2),
  ]);
}

function line(cells) {
  return `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(COLUMNS[0][1]) : cell.padStart(COLUMNS[index][1]))).join(' | ')} |`;
}

/** Each promise, and whether it held. */
export function printVerdicts(verdicts) {
  console.log();
  for (const { promise, ours, theirs } of verdicts) {
    const cpuMs = ours.serverMs + ours.postgresMs;
    const checks = [
      promise.ratio && [
        ours.ratio >= promise.ratio,
        `${ours.ratio.toFixed(2)} of the floor (${promise.ratio})`,
      ],
      promise.p99 && [
        ours.p99 <= promise.p99 * theirs.p99,
        `p99 ${(ours.p99 / theirs.p99).toFixed(1)} times the floor's (${promise.p99})`,
      ],
      promise.cpuMs &&
        Number.isFinite(cpuMs) && [cpuMs <= promise.cpuMs, `${cpuMs.toFixed(2)} ms CPU (${promise.cpuMs})`],
    ].filter(Boolean);
    for (const [holds, words] of checks)
      console.log(`${holds ? 'holds' : 'FAILS'}  ${promise.load}: ${words}`);
  }
}

const NAME_WIDTH = 44;
const NUMBER_WIDTH = 16;

/** @param names of the columns of numbers. */
export function growthHead(names) {
  return [growthLine('', names), growthLine('-'.repeat(NAME_WIDTH), names.map(dashes))].join('\n');
}

export const growthRow = (name, values) =>
  growthLine(
    name,
    values.map((value) => figure(value)),
  );

/** Each value, and how many times the one before it is. */
export function timesRow(name, values) {
  const times = (value, index) => (index > 0 ? ` (x ${(value / values[index - 1]).toFixed(2)})` : '');
  return growthLine(
    name,
    values.map((value, index) => `${figure(value)}${times(value, index)}`),
  );
}

const dashes = () => '-'.repeat(NUMBER_WIDTH);
const figure = (value) => value?.toFixed(value < 100 ? 1 : 0) ?? 'none';

function growthLine(name, cells) {
  return `| ${[name.padEnd(NAME_WIDTH), ...cells.map((cell) => cell.padStart(NUMBER_WIDTH))].join(' | ')} |`;
}
