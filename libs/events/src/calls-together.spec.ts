import { EventEmitter } from 'node:events';
import { answerCallsTogether, LULL_MS } from './calls-together.js';

describe('the calls of a lane', () => {
  let events: EventEmitter;
  let workerPool: { nudge: (count: number) => void };
  let answered: number[];

  beforeEach(() => {
    jest.useFakeTimers();
    events = new EventEmitter();
    answered = [];
    workerPool = { nudge: (count) => void answered.push(count) };
    answerCallsTogether(events);
    events.emit('pool:create', { workerPool });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are answered at once while it finds something', () => {
    workerPool.nudge(2);
    events.emit('job:start');
    workerPool.nudge(1);
    expect(answered).toEqual([2, 1]);
  });

  it('are answered together, by one, a moment after it has looked in vain', () => {
    events.emit('worker:getJob:empty');
    workerPool.nudge(1);
    jest.advanceTimersByTime(LULL_MS / 2);
    workerPool.nudge(3);
    expect(answered).toEqual([]);

    jest.advanceTimersByTime(LULL_MS / 2);
    expect(answered).toEqual([1]);
    events.emit('worker:getJob:empty');
    jest.advanceTimersByTime(LULL_MS);
    workerPool.nudge(1);
    expect(answered).toEqual([1, 1]);
  });

  it('bring in as many as were called for, as long as each finds something', () => {
    events.emit('worker:getJob:empty');
    workerPool.nudge(3);
    jest.advanceTimersByTime(LULL_MS);
    events.emit('job:start');
    events.emit('job:start');
    events.emit('job:start');
    expect(answered).toEqual([1, 1, 1]);
  });

  it.each(['pool:gracefulShutdown', 'pool:forcefulShutdown', 'pool:release'])(
    'are not answered any more after %s',
    (end) => {
      events.emit('worker:getJob:empty');
      workerPool.nudge(2);
      events.emit(end);
      jest.advanceTimersByTime(LULL_MS);
      events.emit('job:start');
      expect(answered).toEqual([]);
    },
  );
});
