/** What can be charged and paid out in. Implemented by the payments module, which this one must not know. */
export abstract class SettlementCurrencies {
  /** @param code ISO 4217. */
  abstract has(code: string): boolean;
}
