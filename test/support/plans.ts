import type { DataSource, QueryRunner } from 'typeorm';

/** A statement that the product sent. */
interface Sent {
  readonly sql: string;
  readonly parameters?: unknown[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface Reading {
  /** Tables that are read from end to end. */
  readonly whole: readonly string[];
  /** Rows and index entries that had to be looked at; of statements that write, none. */
  readonly rows: number;
}

/** What `work` sends to the database, but for transactions and what writes alone. */
export async function statementsOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const { logger } = dataSource;
  const recorder = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters?: unknown[]) => void sent.push({ sql, parameters }),
  });
  Object.assign(dataSource, { logger: recorder });
  try {
    await work();
  } finally {
    Object.assign(dataSource, { logger });
  }
  return sent.filter(({ sql }) => /^\s*(\/\*.*?\*\/)?\s*(SELECT|WITH|UPDATE|DELETE)\b/.test(sql));
}

/** How PostgreSQL carries the statements out, planned for their values. @param on also a transaction that has dropped an index. */
export function readingOf(on: DataSource | QueryRunner, statements: readonly Sent[]): Promise<Reading> {
  return reading(statements, (options, { sql, parameters }) =>
    on.query(`EXPLAIN (${options}) ${sql}`, parameters),
  );
}

/** How it carries them out by the plan that it keeps for any values, as it may once they are named. */
export async function keptReadingOf(dataSource: DataSource, statements: readonly Sent[]): Promise<Reading> {
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query('SET LOCAL plan_cache_mode = force_generic_plan');
  try {
    return await reading(statements, async (options, { sql, parameters = [] }) => {
      await runner.query(`PREPARE kept AS ${sql}`);
      const plan = await runner.query(`EXPLAIN (${options}) ${executeKept(parameters)}`);
      await runner.query('DEALLOCATE kept');
      return plan;
    });
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** How often PostgreSQL, left to itself, carries a named statement out by a plan that it keeps. */
export async function keptPlansOf(
  dataSource: DataSource,
  { sql, parameters = [] }: Sent,
  times: number,
): Promise<number> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`PREPARE kept AS ${sql}`);
    for (let time = 0; time < times; time += 1) await runner.query(executeKept(parameters));
    const [{ kept }] = await runner.query(
      `SELECT generic_plans::int AS kept FROM pg_prepared_statements WHERE name = 'kept'`,
    );
    await runner.query('DEALLOCATE kept');
    return kept;
  } finally {
    await runner.release();
  }
}

const executeKept = (parameters: readonly unknown[]): string =>
  `EXECUTE kept ${parameters.length > 0 ? `(${parameters.map(literal).join(', ')})` : ''}`;

async function reading(
  statements: readonly Sent[],
  explain: (options: string, statement: Sent) => Promise<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>,
): Promise<Reading> {
  const whole = new Set<string>();
  let rows = 0;
  for (const statement of statements) {
    const writes = /\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b/.test(statement.sql);
    const [answer] = await explain(`${writes ? '' : 'ANALYZE, TIMING OFF, '}FORMAT JSON`, statement);
    for (const node of nodesOf(answer['QUERY PLAN'][0].Plan)) {
      if (node['Node Type'] === 'Seq Scan') whole.add(node['Relation Name'] ?? '');
      if (node['Node Type'].includes('Scan')) rows += rowsOf(node);
    }
  }
  return { whole: [...whole].sort(), rows };
}

/** Of no type of its own: it takes that of its place. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text =
    value instanceof Date ? value.toISOString() : Array.isArray(value) ? `{${value.join()}}` : `${value}`;
  return `'${text.replaceAll("'", "''")}'`;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsOf(node: PlanNode): number {
  return ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 0);
}
