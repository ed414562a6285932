/** node scripts/start.mjs <api|worker|demo|seed|reconcile>: builds what has changed, then runs the app in this process. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';

const root = join(import.meta.dirname, '..');
const [app = 'api'] = process.argv.splice(2, 1); // what follows is for the app
const environment = join(root, '.env');

module.enableCompileCache?.(); // from Node 22 on
if (existsSync(environment)) process.loadEnvFile(environment);
try {
  await buildIfStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(new URL(`../dist/apps/${app}/src/main.js`, import.meta.url).href);
