/**
 * A promise of the platform that can be checked against its own records at any time, e.g. that every journal balances.
 * Each feature lib exports one; admin runs them all.
 */
export interface IntegrityCheck {
  /** Stable, kebab-case: what an operator sees beside the result. */
  readonly name: string;

  /**
   * Reads only.
   * @returns how many things were looked at, since a check that looked at nothing has proven nothing, and one sentence for each
   *   violation, naming its record; an empty list is good news.
   */
  run(): Promise<{ checked: number; violations: string[] }>;
}
