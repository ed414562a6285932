/** npm run bench -- [name] [options]: builds what has changed, then runs a bench of this directory. `api` when none is named. See README.md. */
import { readdirSync } from 'node:fs';
import { buildIfStale } from '../scripts/build.mjs';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const given = process.argv.slice(2);
const [name, ...options] = given[0] && !given[0].startsWith('-') ? given : ['api', ...given];

if (!names.includes(name) || given.includes('--help')) {
  console.log(
    `npm run bench -- [${names.join('|')}] [options]: bench/README.md says what each measures, and its options.`,
  );
  process.exit(given.includes('--help') ? 0 : 1);
}
await buildIfStale();
const { run } = await import(`./${name}.bench.mjs`);
await run(options);
