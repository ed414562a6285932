import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestApp } from './support/app.js';
import { describeWith, findProgram } from './support/programs.js';

const run = promisify(execFile);

/** The tour is what a newcomer types first: it is run here as it stands in the README, by the shell. */
describeWith({ bash: findProgram('bash'), curl: findProgram('curl') })('the tour of the README', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({
      env: { WORKER: 'inline', ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'let-me-in-please' },
    });
  });
  afterAll(() => app.stop());

  it('goes as it says', async () => {
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8');
    const tour = /<!-- tour:.*?-->\s*```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const script = tour.replace('http://127.0.0.1:3000', app.url);
    expect(script).toContain(app.url);

    const { stdout } = await run('bash', ['-eo', 'pipefail', '-c', script]);

    const told = (text: string) => stdout.indexOf(text);
    expect(told('"status":"approved"')).toBeGreaterThan(-1);
    expect(told('"status":"published"')).toBeGreaterThan(told('"status":"approved"'));
    expect(told('"nextCursor":null')).toBeGreaterThan(told('"status":"published"'));
    expect(told('"status":"succeeded"')).toBeGreaterThan(told('"nextCursor":null'));
    expect(told('"status":"confirmed"')).toBeGreaterThan(told('"status":"succeeded"'));
    expect(told('/problems/departure-sold-out')).toBeGreaterThan(told('"status":"confirmed"'));
    expect(told('"refund":{"amount":30000,"currency":"USD"}')).toBeGreaterThan(told('departure-sold-out'));
    expect(told('"status":"cancelled"')).toBeGreaterThan(told('"refund":'));
    expect(told('"seatsAvailable":2')).toBeGreaterThan(told('"status":"cancelled"'));
    expect(stdout).toContain('"total":0');
    expect(stdout).toContain('"ok":true');
    expect(stdout).not.toContain('internal-error');
  });
});
