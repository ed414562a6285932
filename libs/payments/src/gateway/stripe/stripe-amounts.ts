import { currency, isCurrency, money, type Money } from '@app/kernel';
import type { Stripe } from 'stripe';

/** An amount as Stripe writes it. */
export interface StripeAmount {
  readonly amount: number;
  /** In lower case. */
  readonly currency: string;
}

/**
 * Digits after the decimal point where Stripe has others than ISO 4217. It wants ISK and UGX with two, both of them 0, and MGA with
 * none. https://docs.stripe.com/currencies#special-cases, #zero-decimal. HUF and TWD are special in payouts only.
 */
const STRIPE_EXPONENTS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** Stripe's card networks settle two digits: of three, it wants the last to be 0. */
const THREE_DECIMAL_STEP = 10;

/**
 * What cards can be charged in. https://docs.stripe.com/currencies#presentment-currencies. MGA is left out: Stripe has no part of
 * an ariary, so that not every price could be charged.
 */
export const STRIPE_CURRENCIES: ReadonlySet<string> = new Set(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK ' +
    'DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF ' +
    'KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK ' +
    'PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU ' +
    'UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW'
  )
    .split(' ')
    .filter(isCurrency),
);

/** @throws RangeError for an amount that Stripe cannot express: prices keep to the currency's step, so it is a programming error. */
export function toStripe({ amount, currency: code }: Money): StripeAmount {
  const shift = shiftOf(code);
  const scaled = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift;
  const isExact = Number.isSafeInteger(scaled) && scaled % stepOf(code) === 0;
  if (!isExact) throw new RangeError(`Stripe cannot express ${amount} minor units of ${code}`);
  return { amount: scaled, currency: code.toLowerCase() };
}

/** A part of our minor unit, which only a fee can have, is rounded. */
export function fromStripe(amount: number, stripeCurrency: string): Money {
  const code = stripeCurrency.toUpperCase();
  const shift = shiftOf(code);
  return money(shift > 0 ? Math.round(amount / 10 ** shift) : amount * 10 ** -shift, code);
}

type Movement = Pick<Stripe.BalanceTransaction, 'amount' | 'net' | 'currency'>;

/** What a movement cost, so that what moved less its fee is its net, rounded or not. Negative: a fee came back. */
export function feeOf({ amount, net, currency: code }: Movement): Money {
  return money(fromStripe(amount, code).amount - fromStripe(net, code).amount, code.toUpperCase());
}

/** What a movement came to in the balance, positive; undefined where the balance is kept in the currency of the thing itself. */
export function settledIn({ amount, currency: code }: Movement, own: string): Money | undefined {
  return code === own ? undefined : fromStripe(Math.abs(amount), code);
}

function shiftOf(code: string): number {
  const { exponent } = currency(code);
  return (STRIPE_EXPONENTS[code] ?? exponent) - exponent;
}

function stepOf(code: string): number {
  return currency(code).exponent === 3 ? THREE_DECIMAL_STEP : 1;
}
