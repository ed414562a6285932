import 'reflect-metadata';
import type { Config } from '@app/config';
import type { TimeRange } from '@app/http';
import { GatewayUnavailable } from '@app/payments';
import { Reconciliation, type ReconciliationReport } from '@app/payouts';
import { PlatformModule, runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { reconcileOptions, USAGE, UsageError, type ReconcileOptions } from './options.js';
import { reportLines } from './report.js';

const WRONG_USAGE = 2;

function readOptions(): ReconcileOptions {
  try {
    return reconcileOptions(process.argv.slice(2), new Date());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(WRONG_USAGE);
  }
}

/** In an application without HTTP and without a worker. */
async function reconcile(config: Config, window: TimeRange): Promise<ReconciliationReport> {
  const platform = PlatformModule.forRoot(config, { applicationName: 'travellr-reconcile', worker: false });
  const app = await NestFactory.createApplicationContext(platform, { logger: ['error', 'fatal'] });
  try {
    return await app.get(Reconciliation, { strict: false }).run(window);
  } finally {
    await app.close();
  }
}

const { help, ...window } = readOptions();
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

await runProcess(async ({ config, log }) => {
  try {
    const report = await reconcile(config, window);
    for (const line of reportLines(report)) log(line);
    return report.ok ? 'done' : 'failed';
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    process.stderr.write(
      'The gateway does not answer just now: nothing was compared. Try again in a moment.\n',
    );
    return 'failed';
  }
});
