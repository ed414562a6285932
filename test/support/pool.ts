import pg from 'pg';

/** Past the product, to a database that is dropped under it, or whose connections are cut, without anybody minding. */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(options);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return pool;
}
