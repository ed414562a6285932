/** As many things at once as two cores and a pool of connections have use for. */
export const CONCURRENCY = 6;

/** Does `work` for each of the list, in its order, {@link CONCURRENCY} at a time. */
export async function inTurn<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = list.values();
  const one = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
}
