import type { ObjectStore, StripeObject } from './object-store.js';

/** Currencies that Stripe counts in hundredths although they have none: only whole hundreds exist. */
const WHOLE_HUNDREDS = new Set(['isk', 'ugx']);
const FEE = { permille: 29, fixed: 30 };

export interface Movement {
  readonly type: string;
  readonly reportingCategory?: string;
  /** Signed, in the smallest unit of the object's own currency. */
  readonly amount: number;
  readonly currency: string;
  readonly fee?: number;
  readonly source: string | null;
  readonly delayMs?: number;
}

/** The platform's balance: one balance transaction for each movement, and nothing else moves it. */
export class Balance {
  /** How long a charge's money is pending. */
  fundsDelayMs = 0;
  /** Where the balance is kept in another currency than the charge's: its name, and how many of its units one unit becomes. */
  readonly conversions = new Map<string, { currency: string; rate: number }>();

  constructor(
    private readonly objects: ObjectStore,
    private readonly now: () => number,
  ) {}

  /** @returns the balance transaction. */
  move({ type, reportingCategory, amount, currency, fee = 0, source, delayMs = 0 }: Movement): StripeObject {
    const conversion = this.conversions.get(currency);
    const kept = (units: number) => (conversion ? Math.round(units * conversion.rate) : units);
    const [gross, taken] = [kept(amount), kept(fee)];
    const settled = conversion?.currency ?? currency;
    const detail = {
      amount: taken,
      currency: settled,
      type: 'stripe_fee',
      application: null,
      description: null,
    };
    return this.objects.add('balance_transaction', 'txn', {
      amount: gross,
      available_on: Math.floor((this.now() + delayMs) / 1000),
      balance_type: 'payments',
      currency: settled,
      description: null,
      exchange_rate: conversion?.rate ?? null,
      fee: taken,
      fee_details: taken === 0 ? [] : [detail],
      net: gross - taken,
      reporting_category: reportingCategory ?? type,
      source,
      status: delayMs > 0 ? 'pending' : 'available',
      type,
    });
  }

  /** What Stripe keeps of a charge; never more than the charge. */
  feeOf(amount: number, currency: string): number {
    const unit = WHOLE_HUNDREDS.has(currency) ? 100 : 1;
    const share = Math.floor(((amount / unit) * FEE.permille) / 1000);
    return Math.min(amount, (share + FEE.fixed) * unit);
  }

  available(currency: string): number {
    return this.sum(currency, (transaction) => this.isAvailable(transaction));
  }

  /** As `GET /v1/balance` answers. */
  view(): object {
    const currencies = new Set(
      this.objects.all('balance_transaction').map(({ currency }) => currency as string),
    );
    const entries = (counts: (transaction: StripeObject) => boolean) =>
      [...currencies].map((currency) => ({ amount: this.sum(currency, counts), currency }));
    return {
      object: 'balance',
      available: entries((transaction) => this.isAvailable(transaction)),
      livemode: false,
      pending: entries((transaction) => !this.isAvailable(transaction)),
    };
  }

  /** Newest first, their status as of now. */
  transactions(): StripeObject[] {
    const all = this.objects.all('balance_transaction');
    for (const each of all) each['status'] = this.isAvailable(each) ? 'available' : 'pending';
    return all;
  }

  private isAvailable(transaction: StripeObject): boolean {
    return (transaction['available_on'] as number) * 1000 <= this.now();
  }

  private sum(currency: string, counts: (transaction: StripeObject) => boolean): number {
    return this.objects
      .all('balance_transaction')
      .filter((transaction) => transaction['currency'] === currency && counts(transaction))
      .reduce((total, { net }) => total + (net as number), 0);
  }
}
