import { brandOf, nameToGreet } from './names.js';

describe('a name to greet by', () => {
  it.each([
    'Ada',
    'Dr. Ada King-Noel',
    'Søren O’Brien',
    "D'Arcy, jr.",
    '山田 太郎',
    'אדה',
    '  Ada \n Lovelace ',
  ])('is %j', (name) => {
    expect(nameToGreet(name)).toBe(name.replaceAll(/\s+/g, ' ').trim());
  });

  it.each([
    'evil.example',
    'https://evil.example',
    'Win 100 EUR',
    '<b>Ada</b>',
    'ada@example.com',
    'A'.repeat(61),
    '',
  ])('is not %j', (name) => {
    expect(nameToGreet(name)).toBeUndefined();
  });
});

describe('the name of the platform', () => {
  it.each([
    ['Wander & Co <trips@wander.example>', 'Wander & Co'],
    ['"Wander, Inc." <trips@wander.example>', 'Wander, Inc.'],
    ['trips@wander.example', 'Travellr'],
    ['<trips@wander.example>', 'Travellr'],
  ])('is, for a sender %s, %s', (from, brand) => {
    expect(brandOf(from)).toBe(brand);
  });
});
