import { toSafeInteger } from '@app/database';
import type { DataSource } from 'typeorm';

/** Violations named by one run; more would say nothing new. */
const MAX_VIOLATIONS = 100;

/** @param disagreements a query of one text column: each of its rows is a violation. @returns also how many rows `table` has. */
export async function examine(
  dataSource: DataSource,
  table: 'bookings' | 'disputes' | 'payments' | 'refunds',
  disagreements: string,
): Promise<{ checked: number; violations: string[] }> {
  const counted = await dataSource.query<{ checked: string }[]>(`SELECT count(*) AS checked FROM ${table}`);
  const found = await dataSource.query<{ violation: string }[]>(`${disagreements} LIMIT $1`, [
    MAX_VIOLATIONS,
  ]);
  return {
    checked: toSafeInteger(counted[0]?.checked ?? 0),
    violations: found.map(({ violation }) => violation),
  };
}
