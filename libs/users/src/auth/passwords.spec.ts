import { parseOptions } from '@node-rs/argon2';
import { Passwords } from './passwords.js';

describe('Passwords', () => {
  const passwords = new Passwords();

  it('are hashed with argon2id as OWASP advises, each with a salt of its own', async () => {
    const [first, second] = await Promise.all([
      passwords.hash('same password'),
      passwords.hash('same password'),
    ]);

    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(first)).toMatchObject({
      memoryCost: 19_456,
      timeCost: 2,
      parallelism: 1,
      outputLen: 32,
    });
    expect(first).not.toBe(second);
  });

  it('match themselves and nothing else', async () => {
    const hash = await passwords.hash('pässwörd\u0000 🗝');

    expect(await passwords.verify('pässwörd\u0000 🗝', hash)).toBe(true);
    expect(await passwords.verify('pässwörd', hash)).toBe(false);
  });

  it('match nothing where there is no account, or a deleted one', async () => {
    expect(await passwords.verify('anything', undefined)).toBe(false);
    expect(await passwords.verify('', '')).toBe(false);
  });

  it('take as long where there is no account', async () => {
    const hash = await passwords.hash('a password');
    const timeOf = async (passwordHash: string | undefined) => {
      const times: number[] = [];
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        await passwords.verify('another password', passwordHash);
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b)[4]!;
    };

    const ratio = (await timeOf(undefined)) / (await timeOf(hash));
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(3);
  });
});
