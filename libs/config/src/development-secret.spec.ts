import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentSecret } from './development-secret.js';

describe('developmentSecret', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'travellr-secret-'));

  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('is generated once, long enough, and readable by its owner alone', async () => {
    const secrets = await Promise.all([developmentSecret(dataDir), developmentSecret(dataDir)]);

    expect(new Set([...secrets, await developmentSecret(dataDir)]).size).toBe(1);
    expect(secrets[0]!.length).toBeGreaterThanOrEqual(32);
    expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
  });
});
