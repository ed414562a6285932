import type { Email } from './email.entity.js';

/**
 * RFC 5322 section 3.6.4, derived from what makes the mail once: `<booking-confirmed.{event}.{user}@travellr.example>`.
 * @param from the sender: `Travellr <trips@travellr.example>`, or the address alone.
 */
export function messageIdOf(
  { kind, sourceId, userId, copy }: Pick<Email, 'kind' | 'sourceId' | 'userId' | 'copy'>,
  from: string,
): string {
  const parts = [kind, sourceId, userId, ...(copy > 1 ? [copy] : [])];
  return `<${parts.join('.')}@${domainOf(from)}>`;
}

function domainOf(from: string): string {
  return /@([^<>@\s]+?)>?$/.exec(from.trim())?.[1] ?? 'localhost';
}
