import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPlantedHouse, PLANTS } from './support/planted-house.js';
import { root, sourceFiles } from './support/sources.js';

const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const configuration = join(root, '.dependency-cruiser.cjs');

interface Cruise {
  modules: { source: string; dependencies: { resolved: string }[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[]; totalCruised: number };
}

/** In a process of its own: dependency-cruiser is an ES module, and works from the current directory. */
async function cruise(directory: string): Promise<Cruise> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cruiser, '--config', configuration, '--output-type', 'json', 'libs', 'apps'],
    { cwd: directory, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as Cruise;
}

const told = ({ summary }: Cruise) =>
  summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);

describe('the house', () => {
  it('has imports in the direction of the design only', async () => {
    const cruised = await cruise(root);

    expect(told(cruised)).toEqual([]);
    expect(cruised.summary.totalCruised).toBeGreaterThan(250);
    const read = new Set(cruised.modules.map(({ source }) => source.split('/').slice(0, 2).join('/')));
    expect([...read]).toEqual(expect.arrayContaining(await homes()));
    const doors = cruised.modules.flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved));
    expect(doors).toContain('libs/bookings/src/index.ts');
  });

  it('gives every lib a front door', async () => {
    const libs = await readdir(join(root, 'libs'));

    expect(libs.filter((lib) => !existsSync(join(root, 'libs', lib, 'src/index.ts')))).toEqual([]);
  });

  it('has no file over 400 lines', async () => {
    const files = await sourceFiles('apps', 'libs', 'test', 'scripts', 'bench');
    const long = [];
    for (const file of files) {
      const lines = (await readFile(join(root, file), 'utf8')).split('\n').length - 1;
      if (lines > 400) long.push(`${file}: ${lines}`);
    }

    expect(files.length).toBeGreaterThan(250);
    expect(long).toEqual([]);
  });
});

describe('a house with a violation of every rule', () => {
  let house: Awaited<ReturnType<typeof buildPlantedHouse>>;
  const caught = new Map<string, Set<string>>();

  beforeAll(async () => {
    house = await buildPlantedHouse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
    const { summary } = await cruise(house.root);
    for (const { from, rule } of summary.violations) {
      caught.set(from, (caught.get(from) ?? new Set()).add(rule.name));
    }
  });

  afterAll(async () => house.remove());

  it.each(PLANTS.filter(({ rule }) => rule))('$rule catches $file', ({ file, rule }) => {
    expect([...(caught.get(file) ?? [])]).toEqual([rule]);
  });

  it.each(PLANTS.filter(({ rule }) => !rule))('$file may import $imports', ({ file }) => {
    expect(caught.has(file)).toBe(false);
  });

  it('has one of every rule', () => {
    const { forbidden } = createRequire(__filename)(configuration) as { forbidden: { name: string }[] };

    expect(new Set(PLANTS.flatMap(({ rule }) => rule ?? []))).toEqual(
      new Set(forbidden.map(({ name }) => name)),
    );
  });
});

async function homes(): Promise<string[]> {
  const names = async (directory: string) =>
    (await readdir(join(root, directory))).map((name) => `${directory}/${name}`);
  return [...(await names('libs')), ...(await names('apps'))];
}
