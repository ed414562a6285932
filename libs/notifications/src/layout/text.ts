import type { Sheet } from './sheet.js';

/** For readers who read plain text, and for all who search their mail. */
export function layOutText(sheet: Sheet): string {
  const { locale, details = [], statement, action, notes = [], unsubscribeUrl } = sheet;
  const lines = statement ? [...statement.lines, statement.total] : [];
  const blocks = [
    [sheet.heading],
    [sheet.greeting],
    ...sheet.paragraphs.map((paragraph) => [paragraph]),
    action ? [`${action.label}:`, action.url, action.token.join(': ')] : [],
    details.map(([label, value]) => `${label}: ${value.replaceAll(/\r?\n/g, '\n  ')}`),
    lines.map(({ label, hint, amount }) => `${label}${hint ? ` (${hint})` : ''}: ${amount}`),
    notes,
    // RFC 3676 section 4.3: what stands below is the signature.
    [
      '-- ',
      sheet.brand,
      locale.closing(sheet.brand),
      ...(unsubscribeUrl === undefined ? [] : [locale.unsubscribe.invitation, unsubscribeUrl]),
    ],
  ];
  const written = blocks.filter((block) => block.length > 0);
  return `${written.map((block) => block.join('\n')).join('\n\n')}\n`;
}
