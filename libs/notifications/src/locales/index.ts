import type { Locale } from '../letters/locale.js';
import { en } from './en.js';

/** By language (ISO 639). */
const LOCALES: Readonly<Record<string, Locale>> = { en };

/**
 * @param wanted BCP 47, e.g. `pt-BR`.
 * @returns English for a language that nobody has written yet, and how to write numbers and times: as wanted, as long as it is in the
 *   same language.
 */
export function localeFor(wanted: string | undefined): { locale: Locale; tag: string } {
  const language = wanted?.split('-')[0]?.toLowerCase() ?? '';
  const known = LOCALES[language];
  return known && isTag(wanted)
    ? { locale: known, tag: wanted }
    : { locale: known ?? en, tag: (known ?? en).tag };
}

function isTag(text: string | undefined): text is string {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}
