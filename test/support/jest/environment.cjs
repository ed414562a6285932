const { TestEnvironment } = require('jest-environment-node');

let ofThisWorker;

/**
 * Jest's environment for Node, one for all suites of a worker instead of one each: modules that are loaded once (see `runtime.cjs`)
 * and the tests of every suite have to agree on what an Error or an Array is. Suites leave its globals, such as `process.env`, as they were.
 */
class WorkerEnvironment extends TestEnvironment {
  constructor(config, context) {
    if (ofThisWorker) return ofThisWorker;
    super(config, context);
    ofThisWorker = this;
  }

  /** Others come after. It ends with the worker. */
  async teardown() {}
}

module.exports = WorkerEnvironment;
