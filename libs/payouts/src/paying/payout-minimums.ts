import { CONFIG, ConfigError, type Config } from '@app/config';
import { currency, isCurrency, money, type Money } from '@app/kernel';
import type { Vendor } from '@app/vendors';
import { Inject, Injectable } from '@nestjs/common';

/** What a balance must reach to be paid out: transfers cost the platform money. */
@Injectable()
export class PayoutMinimums {
  private readonly named: Readonly<Record<string, number>>;

  /** @throws ConfigError for a currency that is none. */
  constructor(@Inject(CONFIG) { payouts }: Config) {
    const unknown = Object.keys(payouts.minimums).filter((code) => !isCurrency(code));
    if (unknown.length > 0) throw new ConfigError(['PAYOUT_MINIMUM must name ISO 4217 currencies']);
    this.named = payouts.minimums;
  }

  /** A vendor's minimum is in USD; a currency without one of its own takes as many major units, rounded up. */
  of({ payoutMinimum }: Pick<Vendor, 'payoutMinimum'>, code: string): Money {
    const scaled = Math.ceil(
      (payoutMinimum * 10 ** currency(code).exponent) / 10 ** currency('USD').exponent,
    );
    return money(this.named[code] ?? scaled, code);
  }
}
