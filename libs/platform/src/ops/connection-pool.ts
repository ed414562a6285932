import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

export type PoolUse = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

/** The connections behind a data source: TypeORM's driver keeps the pool under this name, for replication. */
export const poolOf = (dataSource: DataSource): PoolUse =>
  (dataSource.driver as unknown as { master: Pool }).master;
