export { logging } from './logging.js';
export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { runProcess, type ProcessContext } from './run-process.js';
