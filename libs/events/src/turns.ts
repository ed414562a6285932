/** Lets work with the same key take turns, in the order in which it was asked for; the rest goes on beside it. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** @returns what `work` does, once all that was asked for before it with this key has ended, in whichever way. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(key) ?? Promise.resolve()).then(work);
    const over = turn
      .catch(() => undefined)
      .then(() => {
        if (this.last.get(key) === over) this.last.delete(key);
      });
    this.last.set(key, over);
    return turn;
  }
}
