import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import { environmentKeys } from './environment.js';

describe('.env.example', () => {
  const text = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  const settings = [...text.matchAll(/^# ([A-Z][A-Z_]+)=(.*)$/gm)].map(([, key = '', value = '']) => ({
    key,
    value,
  }));

  it('lists every setting there is, and no other', () => {
    expect(settings.map(({ key }) => key).sort()).toEqual([...environmentKeys].sort());
  });

  it('sets nothing by itself', () => {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('shows the defaults', () => {
    const examples = new Set([
      'PUBLIC_URL',
      'DATABASE_URL',
      'DATABASE_DIRECT_URL',
      'WORKER_PORT',
      'REDIS_URL',
      'TRUST_PROXY',
      'SMTP_URL',
      'MAIL_FROM',
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
    ]);
    const shown = settings.filter(({ key }) => !examples.has(key)).map(({ key, value }) => [key, value]);

    expect(loadConfig(Object.fromEntries(shown) as Record<string, string>)).toEqual(loadConfig({}));
  });
});
