import type { Letter } from '../letters/letter.js';
import type { Locale } from '../letters/locale.js';

/** A letter with what stands around it. */
export interface Sheet extends Letter {
  readonly locale: Locale;
  /** The platform's name. */
  readonly brand: string;
  readonly greeting: string;
  readonly unsubscribeUrl?: string;
}
