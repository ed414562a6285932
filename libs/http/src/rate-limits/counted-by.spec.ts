import { countedFor } from './counted-by.js';

const actor = { id: '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11', role: 'traveller' } as const;
const ip = '192.0.2.7';

describe('whom a request is counted for', () => {
  it('is the user, or the address of somebody who is not signed in', () => {
    expect(countedFor('user', { ip, actor })).toBe(`user:${actor.id}`);
    expect(countedFor('user', { ip })).toBe(countedFor('address', { ip, actor }));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::ffff:192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
  ])('is one network, and not two: %s and %s: %s', (one, other, isSame) => {
    expect(countedFor('address', { ip: one }) === countedFor('address', { ip: other })).toBe(isSame);
  });

  it('is an e-mail address in any letter case, which cannot be read off', () => {
    const counted = countedFor('email', { body: { email: 'Ada@Example.com' } });

    expect(counted).toBe(countedFor('email', { body: { email: 'ada@example.COM' } }));
    expect(counted).not.toBe(countedFor('email', { body: { email: 'bob@example.com' } }));
    for (const [typed, meant] of [
      ['vİp@example.com', 'vip@example.com'], // in two letters, should it be left to JavaScript
      ['ΑΣ@example.com', 'ασ@example.com'], // as one that ends a word
    ])
      expect(countedFor('email', { body: { email: typed } })).toBe(
        countedFor('email', { body: { email: meant } }),
      );
    expect(counted).not.toMatch(/ada|example/i);
    expect(countedFor('address-and-email', { ip, body: { email: 'ada@example.com' } })).not.toMatch(/ada/);
  });

  it.each([undefined, null, 'text', {}, { email: 1 }, { email: { length: 1 } }, { email: 'x'.repeat(255) }])(
    'is nobody where the body names nobody: %j',
    (body) => {
      expect(countedFor('email', { ip, body })).toBeUndefined();
      expect(countedFor('address-and-email', { ip, body })).toBeUndefined();
    },
  );
});
