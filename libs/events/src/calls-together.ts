import type { EventEmitter } from 'node:events';
import type { WorkerPool } from 'graphile-worker';

/** How long a lane that has looked in vain lets be what it is called for. */
export const LULL_MS = 100;

/**
 * Every job that is added calls every lane, and a lane that finds nothing has looked past what waits for others. So calls that come within a
 * moment of a vain look are answered together when the moment is over: by one, and as long as there is something to be found by the next.
 * @param events of a runner that is about to be made.
 */
export function answerCallsTogether(events: EventEmitter): void {
  let call: (workers: number) => void = () => undefined;
  let calls = 0;
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;
  let lookedInVainAt = Number.NEGATIVE_INFINITY;

  const answer = () => {
    timer = undefined;
    unanswered = calls - 1;
    calls = 0;
    call(1);
  };
  events.on('pool:create', ({ workerPool }: { workerPool: WorkerPool }) => {
    call = workerPool.nudge.bind(workerPool);
    workerPool.nudge = (count) => {
      const rest = lookedInVainAt + LULL_MS - performance.now();
      if (rest <= 0 && !timer) return call(count);
      calls += count;
      timer ??= setTimeout(answer, rest);
    };
  });
  events.on('job:start', () => {
    if (unanswered <= 0) return;
    unanswered -= 1;
    call(1);
  });
  events.on('worker:getJob:empty', () => {
    unanswered = 0;
    lookedInVainAt = performance.now();
  });
  // Nobody may be called any more.
  for (const end of ['pool:gracefulShutdown', 'pool:forcefulShutdown', 'pool:release'])
    events.on(end, () => {
      clearTimeout(timer);
      call = () => undefined;
    });
}
