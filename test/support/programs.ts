import { spawnSync } from 'node:child_process';

/** The first of these programs that this machine has. */
export function findProgram(...names: string[]): string | undefined {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

/**
 * `describe` when everything needed is here; otherwise skips, and says so loudly. Under CI nothing is skipped: what is missing there is a
 * fault of the machine's set-up.
 */
export function describeWith(needs: Readonly<Record<string, string | undefined>>): jest.Describe {
  const missing = Object.keys(needs).filter((name) => needs[name] === undefined);
  if (missing.length === 0 || process.env.CI) return describe;
  process.stderr.write(
    `\n  SKIPPED for want of ${missing.join(', ')}: ${expect.getState().testPath ?? ''}\n\n`,
  );
  return describe.skip as unknown as jest.Describe;
}
