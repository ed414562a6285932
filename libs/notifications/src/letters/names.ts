const MAX_LENGTH = 60;

/**
 * A name that may stand behind "Hello": anybody can register anybody's address, so what might be an advertisement or a link (digits,
 * slashes, a dot within a word) is no name. @returns undefined when it is none.
 */
export function nameToGreet(name: string): string | undefined {
  const plain = name.replaceAll(/\s+/g, ' ').trim();
  const isName = /^\p{L}(?:[\p{L}\p{M}'’ -]|[.,](?= |$))*$/u.test(plain);
  return isName && plain.length <= MAX_LENGTH ? plain : undefined;
}

/** What the platform calls itself in the sender's place: of `Travellr <trips@example.com>` the name. */
export function brandOf(from: string): string {
  const name = /^\s*"?([^"<]*?)"?\s*</.exec(from)?.[1];
  return name ? name : 'Travellr';
}
