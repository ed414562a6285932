import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const SUFFIX_LENGTH = 8;
const MAX_WORDS_LENGTH = 60;

/** What any slug looks like; nothing else is worth looking up. */
export const isSlug = (text: string): boolean => /^[a-z0-9-]{1,100}$/.test(text);

/** A readable path segment for a title, unique by its random end: `Café & Ruins` gives `cafe-ruins-k3v9wq2x`. */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_WORDS_LENGTH)
    .replaceAll(/^-+|-+$/g, '');
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${words || 'trip'}-${suffix}`;
}
