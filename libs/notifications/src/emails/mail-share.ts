/** What takes longer is taken to hang. */
const SLOW_MS = 1_000;
const PUT_OFF_MS = 1_000;
const LONGEST_PUT_OFF_MS = 10 * 60_000;

/** Of the slots for mail, those that letters of one sort have at this moment. */
export class MailShare {
  /** When each of those that are out began. */
  private readonly open = new Set<{ readonly since: number }>();
  private turnedAway = 0;
  private isTrusted = false;

  /**
   * @param most that may be out at a time
   * @param earnsTrust whether more may, as long as none hangs and the last one was taken at once
   * @param now monotonic, in milliseconds
   */
  constructor(
    private readonly most: number,
    private readonly earnsTrust: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isIdle(): boolean {
    return this.open.size === 0;
  }

  get hasRoom(): boolean {
    if (this.open.size < this.most) return true;
    return this.isTrusted && ![...this.open].some(({ since }) => this.now() - since > SLOW_MS);
  }

  /** @returns what to call at its end. */
  enter(): (wasSent: boolean) => void {
    const letter = { since: this.now() };
    this.open.add(letter);
    return (wasSent) => {
      this.open.delete(letter);
      this.turnedAway = 0;
      this.isTrusted = this.earnsTrust && wasSent && this.now() - letter.since <= SLOW_MS;
    };
  }

  /**
   * One after the other, so that a heap of them does not come back as a heap.
   * @returns for how long to stay away, in milliseconds.
   */
  turnAway(): number {
    this.turnedAway += 1;
    return Math.min(Math.ceil(this.turnedAway / this.most) * PUT_OFF_MS, LONGEST_PUT_OFF_MS);
  }
}
