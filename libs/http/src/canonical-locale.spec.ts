import { canonicalLocale } from './canonical-locale.js';

describe('canonicalLocale', () => {
  it.each([
    ['en', 'en'],
    ['PT-br', 'pt-BR'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['de-DE-u-co-phonebk', 'de-DE-u-co-phonebk'],
  ])('writes %s as %s', (tag, canonical) => {
    expect(canonicalLocale(tag)).toBe(canonical);
  });

  it.each(['', 'e', 'english please', 'en_US', '../en', 'en\0', `en-${'x'.repeat(40)}`, '*'])(
    'finds no language in %j',
    (tag) => {
      expect(canonicalLocale(tag)).toBeUndefined();
    },
  );

  it('takes 35 characters at most', () => {
    const tag = 'en-x-abcdefgh-abcdefgh-abcdefgh-abc';

    expect([canonicalLocale(tag), canonicalLocale(`${tag}d`)]).toEqual([tag, undefined]);
  });
});
