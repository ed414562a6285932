import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { TestApp } from '../../../test/support/app.js';
import { IdempotencyKeyReused, RequestInProgress } from './idempotency.errors.js';
import { Idempotency } from './idempotency.js';
import type { IdempotentRequest } from './idempotent-request.js';

describe('idempotency', () => {
  let app: TestApp;
  let idempotency: Idempotency;

  beforeAll(async () => {
    app = await TestApp.start();
    idempotency = app.get(Idempotency);
  });
  afterAll(() => app.stop());

  const request = (changes: Partial<IdempotentRequest> = {}) => {
    const replayed = jest.fn();
    const base = { actorId: newId(), key: 'k', route: 'POST /bookings', bodyHash: 'h', recorded: false };
    return { ...base, markReplayed: replayed, ...changes };
  };

  /** An effect that makes `resourceId`, and a replay that names what it was asked to render. */
  const send = (sent: IdempotentRequest | undefined, resourceId: string, status: number | null = 201) =>
    idempotency.run(
      sent,
      () =>
        app.get(Transactor).run(async (tx) => {
          await idempotency.record(sent, resourceId, status, tx);
          return `made ${resourceId}`;
        }),
      (id, first) => Promise.resolve(`replayed ${id} ${first}`),
    );

  it('repeats the answer, not the effect', async () => {
    const first = request();
    const id = newId();
    expect(await send(first, id)).toBe(`made ${id}`);
    const repeat = request({ actorId: first.actorId });
    expect(await send(repeat, newId())).toBe(`replayed ${id} 201`);
    expect(repeat.markReplayed).toHaveBeenCalled();
    expect(first.markReplayed).not.toHaveBeenCalled();
  });

  it('has one effect of many at once', async () => {
    const { actorId } = request();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(request({ actorId }), newId())));
    expect(answers.filter((answer) => answer.startsWith('made'))).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.split(' ')[1])).size).toBe(1);
  });

  it('refuses the key with another route or body, whoever comes second', async () => {
    const first = request();
    await send(first, newId());
    for (const change of [{ route: 'POST /payments' }, { bodyHash: 'other' }]) {
      await expect(send(request({ actorId: first.actorId, ...change }), newId())).rejects.toThrow(
        IdempotencyKeyReused,
      );
    }
  });

  it('keeps the keys of different people apart', async () => {
    await send(request(), newId());
    const id = newId();
    expect(await send(request(), id)).toBe(`made ${id}`);
  });

  it('asks to wait while the first is being worked on, then repeats what it was told', async () => {
    const first = request();
    const id = newId();
    await send(first, id, null);
    const repeat = () => send(request({ actorId: first.actorId }), newId());
    await expect(repeat()).rejects.toThrow(RequestInProgress);
    await app.get(Transactor).run((tx) => idempotency.settle(id, 402, tx));
    await app.get(Transactor).run((tx) => idempotency.settle(id, 201, tx));
    expect(await repeat()).toBe(`replayed ${id} 402`);
  });

  it('forgets a key whose answer is not kept', async () => {
    const first = request();
    const id = newId();
    await send(first, id, null);
    await app.get(Transactor).run((tx) => idempotency.settle(id, null, tx));
    const again = newId();
    expect(await send(request({ actorId: first.actorId }), again)).toBe(`made ${again}`);
  });

  it('lets failures through: of a request without a key, of a new one, and after its own effect', async () => {
    const failure = new Error('sold out');
    const fail = () => Promise.reject(failure);
    const replay = () => Promise.resolve(undefined);
    await expect(idempotency.run(undefined, fail, replay)).rejects.toBe(failure);
    await expect(idempotency.run(request(), fail, replay)).rejects.toBe(failure);
    const own = request();
    await expect(
      idempotency.run(
        own,
        async () => {
          await app.get(Transactor).run((tx) => idempotency.record(own, newId(), 402, tx));
          throw failure;
        },
        replay,
      ),
    ).rejects.toBe(failure);
  });
});
