/** RFC 5646 section 4.4.1: what software should take at least; nobody's language needs more. */
const MAX_LENGTH = 35;

/** @returns a language tag (BCP 47) as it is usually written, e.g. `pt-BR` for `pt-br`; undefined for what is none. */
export function canonicalLocale(tag: string): string | undefined {
  try {
    return tag.length > MAX_LENGTH ? undefined : Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
