import type { Money } from '@app/kernel';
import { CurrencyField, IntegerField, ObjectField, type FieldOptions } from './fields/index.js';

/** Money on the wire: whole minor units of an ISO 4217 currency. */
export class MoneyView implements Money {
  @IntegerField({ description: 'Minor units: 15000 is 150.00 USD', min: 0, example: 15000 })
  amount: number;

  @CurrencyField()
  currency: string;
}

export const MoneyField = (options: FieldOptions = {}) => ObjectField(() => MoneyView, options);

/** Money that may go either way. */
export class SignedMoneyView implements Money {
  @IntegerField({ description: 'Minor units, signed: 15000 is 150.00 USD', example: 15000 })
  amount: number;

  @CurrencyField()
  currency: string;
}

export const SignedMoneyField = (options: FieldOptions = {}) => ObjectField(() => SignedMoneyView, options);
