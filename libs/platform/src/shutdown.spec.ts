import { setImmediate } from 'node:timers/promises';
import { Shutdown } from './shutdown.js';

describe('ending a process', () => {
  const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const others = new Set<unknown>(signals.flatMap((signal) => process.listeners(signal)));

  afterEach(() => {
    told.mockClear();
    for (const signal of signals)
      for (const listener of process.listeners(signal))
        if (!others.has(listener)) process.off(signal, listener);
  });

  it('takes the steps from the last to the first', async () => {
    const shutdown = new Shutdown();
    const taken: string[] = [];
    shutdown.before(async () => void taken.push('database'));
    shutdown.before(async () => void taken.push('application'));

    expect(await shutdown.run()).toBe(true);

    expect(taken).toEqual(['application', 'database']);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no')), 'no'],
    ['does not end', () => new Promise<void>(() => undefined), 'not done within 10 ms'],
  ])('goes on after a step that %s, and says so', async (_, step, message) => {
    const shutdown = new Shutdown(10);
    const last = jest.fn(() => Promise.resolve());
    shutdown.before(last);
    shutdown.before(step);

    expect(await shutdown.run()).toBe(false);

    expect(last).toHaveBeenCalled();
    expect(told).toHaveBeenCalledWith(expect.stringContaining(message));
  });

  it('is over when all steps are, also for who asks for it while it is under way', async () => {
    const shutdown = new Shutdown();
    let isClosed = false;
    shutdown.before(async () => {
      await setImmediate();
      isClosed = true;
    });

    void shutdown.run();
    await shutdown.run();

    expect(isClosed).toBe(true);
  });

  it('takes a step, too, that is added while it ends', async () => {
    const shutdown = new Shutdown();
    const last = jest.fn(() => Promise.resolve());
    shutdown.before(async () => shutdown.before(last));

    await shutdown.run();

    expect(last).toHaveBeenCalled();
  });
});
