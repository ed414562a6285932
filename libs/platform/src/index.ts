export { logging } from './logging.js';
export { poolOf } from './ops/connection-pool.js';
export { Metrics } from './ops/metrics.js';
export { OpsModule } from './ops/ops.module.js';
export { OpsServerModule } from './ops/ops-server.module.js';
export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { logRequests } from './request-log.js';
export { runReplicated, type Serving } from './cluster/run-replicated.js';
export { runProcess, type ProcessContext } from './run-process.js';
