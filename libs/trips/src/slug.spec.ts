import fc from 'fast-check';
import { isSlug, slugOf } from './slug.js';

describe('slugOf', () => {
  it('keeps the words, without accents', () => {
    expect(slugOf('  Café & Ruins: 2 días!')).toMatch(/^cafe-ruins-2-dias-[a-z2-9]{8}$/);
  });

  it('has a word for a title in another script', () => {
    expect(slugOf('京都')).toMatch(/^trip-[a-z2-9]{8}$/);
  });

  it('is a path segment whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (title) => expect(isSlug(slugOf(title))).toBe(true)),
    );
  });

  it('differs for the same title', () => {
    expect(slugOf('Tour')).not.toBe(slugOf('Tour'));
  });
});
