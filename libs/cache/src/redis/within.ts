export class NoAnswer extends Error {
  constructor(limitMs: number) {
    super(`Redis did not answer within ${limitMs} ms`);
  }
}

/** @throws NoAnswer after `limitMs`; the work itself goes on, and what becomes of it is not heard. */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // A process that was busy itself for so long reads what has arrived meanwhile before it gives up.
    const giveUp = () => setImmediate(() => reject(new NoAnswer(limitMs)));
    const timer = setTimeout(giveUp, limitMs);
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: unknown) => {
        clearTimeout(timer);
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}
