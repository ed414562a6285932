const EXCERPT_BYTES = 1024;
const EXCERPT_TIMEOUT_MS = 1_000;

/** What an answer's body is, to be read in part and dropped. */
type Body = AsyncIterable<Uint8Array> & { destroy(): unknown };

/**
 * The beginning of an answer, for the log: at most 1 KB and as much as comes within a second. The status has decided already; whoever
 * sends no end of a body, or a byte a minute, is not listened to.
 */
export async function excerptOf(body: Body): Promise<string> {
  const bytes: number[] = [];
  const timer = setTimeout(() => body.destroy(), EXCERPT_TIMEOUT_MS);
  try {
    for await (const chunk of body) {
      bytes.push(...chunk.subarray(0, EXCERPT_BYTES - bytes.length));
      if (bytes.length >= EXCERPT_BYTES) break;
    }
  } catch {
    // It broke off: what came is what there is.
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  return printable(new TextDecoder().decode(new Uint8Array(bytes), { stream: true }));
}

/** PostgreSQL stores no NUL, and readers of a log want no other control characters either. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd');
