/**
 * At most one task per key at a time: whoever asks while it is under way shares its result. A flight that is forgotten runs on
 * for those who already share it, and learns that it is no longer current; the next to ask starts a new one.
 */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  join(key: string, task: (isCurrent: () => boolean) => Promise<T>): Promise<T> {
    const underWay = this.flights.get(key);
    if (underWay) return underWay;

    const isCurrent = () => this.flights.get(key) === flight;
    const flight: Promise<T> = Promise.resolve()
      .then(() => task(isCurrent))
      .finally(() => {
        if (isCurrent()) this.flights.delete(key);
      });
    this.flights.set(key, flight);
    return flight;
  }

  forget(key: string): void {
    this.flights.delete(key);
  }

  forgetWhere(matches: (key: string) => boolean): void {
    for (const key of this.flights.keys()) if (matches(key)) this.flights.delete(key);
  }
}
