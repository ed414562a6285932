export { bigintColumn, toSafeInteger } from './columns.js';
export { violates } from './constraint.js';
export { connectionOf, dataSourceOptions } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { migrate } from './migrate.js';
export { migrations } from './migrations/index.js';
export { DatabaseUnusable, openDatabase, type OpenDatabase } from './open-database.js';
export { Transactor, type Tx } from './transactor.js';
export { isTransient } from './transient.js';
