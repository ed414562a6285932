import DataLoader from 'dataloader';

/** Keys of one statement at most. */
const MOST_KEYS = 100;

/**
 * In SQL, for `WHERE id`: one of the keys in `$1`, uuids. PostgreSQL does not see how many they are, and so keeps its plan: for as few as there
 * mostly are it would plan each time anew, which takes longer than the reading.
 */
export const IS_ONE_OF_KEYS = '= ANY ((SELECT $1::uuid[])::uuid[])';

/**
 * A reader by key whose calls of one turn of the event loop are one statement: under load many requests share a round trip, a lone one
 * waits for nobody. Each is answered as by a statement of its own: it is sent after the call, and nothing is kept.
 *
 * @param read one statement for all keys; a key that leads to nothing is left out. Its error is that of every caller.
 */
export function readTogether<T>(
  read: (keys: readonly string[]) => Promise<readonly (readonly [key: string, value: T])[]>,
): (key: string) => Promise<T | undefined> {
  const loader = new DataLoader<string, T | undefined>(
    async (keys) => {
      const found = new Map(await read([...new Set(keys)]));
      return keys.map((key) => found.get(key));
    },
    { cache: false, maxBatchSize: MOST_KEYS, batchScheduleFn: setImmediate },
  );
  return (key) => loader.load(key);
}
