/** There is nothing to tell any more, or nobody to tell it to. */
export class Moot {
  /** @param reason for the operator. */
  constructor(readonly reason: string) {}
}
