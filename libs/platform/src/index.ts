export { logging } from './logging.js';
export { Metrics } from './ops/metrics.js';
export { OpsModule } from './ops/ops.module.js';
export { OpsServerModule } from './ops/ops-server.module.js';
export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { runProcess, type ProcessContext } from './run-process.js';
