import { availableParallelism } from 'node:os';

/** Tests run as CommonJS through swc: Jest's own ESM mode does not work on Node 20 and 22, so the ESM packages below are transformed too. */
const esmPackages = [
  '@nestjs',
  'content-disposition',
  'cookie',
  'file-type',
  'uid',
  'iterare',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'uuid',
  'nodemailer',
  'smtp-server',
  'punycode.js',
  'eta',
  'ical-generator',
  'postal-mime',
  'temporal-polyfill',
  'temporal-utils',
  'rrule-temporal',
];
const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax, decorators: true },
      target: 'es2022',
      keepClassNames: true,
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
  },
];

export default {
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  transform: { '\\.ts$': swc('typescript'), '\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@app/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  runtime: '<rootDir>/test/support/jest/runtime.cjs',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: ['<rootDir>/test/support/balanced-books.ts'],
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/*.contract.ts', '!**/migrations/*.ts'],
  coverageProvider: 'v8',
  // A limit for what hangs, also on a slow machine that does much else: no test is to be judged by its pace.
  testTimeout: 120_000,
  // Suites wait for PostgreSQL more than they compute: one worker more than Jest would take.
  maxWorkers: Math.max(3, availableParallelism()),
};
