import { currency, type Money } from '@app/kernel';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
const TIME: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };

const MADE_AT_MOST = 1_000;
/** By locale and options; those of numbers and of times have none in common. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Numbers and times as one reader writes them. */
export class Format {
  /**
   * @param locale BCP 47.
   * @param timeZone IANA; of the reader.
   */
  constructor(
    private readonly locale: string,
    private readonly timeZone: string,
  ) {}

  /** With as many digits as ISO 4217 gives the currency: what CLDR leaves out (ISK, IQD...) counts here. */
  money({ amount, currency: code }: Money): string {
    const { exponent } = currency(code);
    const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
    return this.number({ style: 'currency', currency: code, ...digits }).format(amount / 10 ** exponent);
  }

  /** @param basisPoints 5000: 50%. */
  share(basisPoints: number): string {
    return this.number({ style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);
  }

  /** Day and time. @param timeZone IANA; the reader's own unless it happens somewhere. */
  instant(instant: Date, timeZone = this.timeZone): string {
    return this.date(instant, { ...DAY, ...TIME, timeZone });
  }

  day(instant: Date, timeZone = this.timeZone): string {
    return this.date(instant, { ...DAY, timeZone });
  }

  private date(instant: Date, options: Intl.DateTimeFormatOptions): string {
    // ICU puts a narrow space before AM, for which many a mail program has no glyph.
    const format = this.kept(options, () => new Intl.DateTimeFormat(this.locale, options));
    return format.format(instant).replaceAll('\u202f', ' ');
  }

  private number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return this.kept(options, () => new Intl.NumberFormat(this.locale, options));
  }

  /** To make one takes longer than to render a letter with it. */
  private kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(options: object, make: () => T): T {
    const key = JSON.stringify([this.locale, options]);
    const found = made.get(key) ?? make();
    if (made.size >= MADE_AT_MOST) made.clear();
    made.set(key, found);
    return found as T;
  }
}
