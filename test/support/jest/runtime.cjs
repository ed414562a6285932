const { sep } = require('node:path');
const { default: Runtime } = require('jest-runtime');

const testCode = /\.(spec|contract)\.ts$/;

/** Loads the product and whatever the product and the tests depend on, once for all suites of a worker. */
let product;

/**
 * Jest's runtime loads every module afresh for every suite: two seconds of CPU for one that starts the product. This one does so with
 * the tests and their support alone. The product keeps no state in its modules that a test could leave behind, and what a test spies on,
 * Jest restores after its suite. Coverage is counted by suite, and a watcher wants what has just been changed: there, nothing is shared.
 */
class SharingRuntime extends Runtime {
  constructor(...parameters) {
    super(...parameters);
    const [{ rootDir }, environment, resolver, , , { collectCoverage }, , { watch, watchAll }] = parameters;
    this.tests = `${rootDir}${sep}test${sep}`;
    this.resolver = resolver;
    this.resolution = { conditions: ['require', 'default', ...environment.exportConditions()] };
    if (!collectCoverage && !watch && !watchAll) product ??= new Runtime(...parameters);
  }

  requireModule(from, moduleName, options, ...rest) {
    const path = this.pathOf(from, moduleName, options);
    return path && this.isShared(path)
      ? product.requireModule(path)
      : super.requireModule(from, moduleName, options, ...rest);
  }

  /** @returns undefined for what is Node's own, or Jest's. */
  pathOf(from, moduleName, options) {
    if (options?.isInternalModule || this.resolver.isCoreModule(moduleName ?? '')) return undefined;
    return moduleName ? this.resolver.resolveModule(from, moduleName, this.resolution) : from;
  }

  isShared(path) {
    return product && !path.startsWith(this.tests) && !testCode.test(path);
  }
}

module.exports = SharingRuntime;
