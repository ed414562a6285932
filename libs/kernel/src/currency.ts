/** An ISO 4217 currency as this platform uses it. */
export interface Currency {
  readonly code: string;
  /** Digits after the decimal point of the major unit: 2 for USD, 0 for JPY, 3 for KWD. */
  readonly exponent: number;
  /** The smallest amount, in minor units, that prices and refunds may differ by: 10 for KWD, where card networks settle two digits. */
  readonly step: number;
}

/** ISO 4217 active codes by exponent (List One, 2026); funds, metals and testing codes are left out: no gateway settles in them. */
const CODES_BY_EXPONENT: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
    'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD ' +
    'KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO ' +
    'NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL ' +
    'THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const CURRENCIES: ReadonlyMap<string, Currency> = new Map(
  Object.entries(CODES_BY_EXPONENT).flatMap(([exponent, codes]) =>
    codes
      .split(' ')
      .map((code) => [code, { code, exponent: Number(exponent), step: exponent === '3' ? 10 : 1 }] as const),
  ),
);

export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** @throws RangeError for a code that ISO 4217 does not list: callers validate input with {@link isCurrency} first. */
export function currency(code: string): Currency {
  const found = CURRENCIES.get(code);
  if (!found) throw new RangeError(`${code} is not an ISO 4217 currency`);
  return found;
}
