/** npm run bench -- <name>: builds what has changed, then runs a bench of this directory. See README.md. */
import { readdirSync } from 'node:fs';
import { buildIfStale } from '../scripts/build.mjs';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const [name, ...options] = process.argv.slice(2);

if (!names.includes(name)) {
  console.error(`Which one? npm run bench -- <${names.join('|')}>`);
  process.exit(1);
}
await buildIfStale();
const { run } = await import(`./${name}.bench.mjs`);
await run(options);
