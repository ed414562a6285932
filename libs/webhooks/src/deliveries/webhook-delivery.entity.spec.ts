import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { RotatedTooOften } from '../endpoints/webhook-endpoint.errors.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

const DAY_MS = 24 * 60 * 60_000;
const MONDAY = new Date('2027-01-04T00:00:00Z');
const reply = (status: number | null) => ({ status, error: null, excerpt: null, durationMs: 1 });
const after = (instant: Date, milliseconds: number) => new Date(instant.getTime() + milliseconds);

function pending(): WebhookDelivery {
  return Object.assign(new WebhookDelivery(), {
    status: 'pending',
    attempts: 0,
    log: [],
    nextAttemptAt: MONDAY,
    claimedUntil: null,
  } satisfies Partial<WebhookDelivery>);
}

function registered(): WebhookEndpoint {
  return WebhookEndpoint.register(
    { vendorId: null, url: 'https://a.example', description: null, events: [] },
    MONDAY,
  );
}

describe('A delivery', () => {
  it.each([200, 201, 204, 299])('that is answered with %i has arrived', (status) => {
    const delivery = pending();
    delivery.record(reply(status), MONDAY);
    expect(delivery).toMatchObject({ status: 'succeeded', nextAttemptAt: null, attempts: 1 });
  });

  it.each([null, 100, 301, 400, 404, 429, 500, 503])(
    'that is answered with %p is tried again soon',
    (status) => {
      const delivery = pending();
      delivery.record(reply(status), MONDAY);
      expect(delivery.status).toBe('pending');
      expect(delivery.nextAttemptAt!.getTime()).toBeLessThan(after(MONDAY, 8_000).getTime());
    },
  );

  it('whose target is gone has failed', () => {
    const delivery = pending();
    delivery.record(reply(410), MONDAY);
    expect(delivery).toMatchObject({ status: 'failed', nextAttemptAt: null });
  });

  it('is tried over some three days, and then no more', () => {
    const delivery = pending();
    let now = MONDAY;
    for (; delivery.nextAttemptAt; now = delivery.nextAttemptAt ?? now) delivery.record(reply(500), now);

    const days = (now.getTime() - MONDAY.getTime()) / DAY_MS;
    expect([days > 2.2, days < 3.7]).toEqual([true, true]);
    expect([delivery.status, delivery.attempts, delivery.log.length]).toEqual(['failed', 19, 19]);
  });

  it('keeps the last thirty attempts, however often it is asked for', () => {
    const delivery = pending();
    for (let day = 0; day < 40; day += 1) {
      delivery.sendAgain(after(MONDAY, day * DAY_MS));
      delivery.record(reply(200), after(MONDAY, day * DAY_MS));
    }
    expect([delivery.log.length, delivery.log[0]?.at]).toEqual([
      30,
      after(MONDAY, 10 * DAY_MS).toISOString(),
    ]);
  });

  it('that is being sent is left to whoever sends it', () => {
    const delivery = pending();
    delivery.claim(MONDAY);
    const { claimedUntil } = delivery;
    delivery.sendAgain(after(MONDAY, 29_000));
    expect(delivery.claimedUntil).toBe(claimedUntil);
    delivery.sendAgain(after(MONDAY, 31_000));
    expect(delivery.claimedUntil).toBeNull();
  });

  it('has its turn when it is due and there is room', () => {
    const failing = registered();
    failing.fail(MONDAY);
    const paused = Object.assign(registered(), { pausedUntil: after(MONDAY, 5_000) });
    const disabled = registered();
    disabled.disable('owner');
    const claimed = pending();
    claimed.claim(MONDAY);
    const later = Object.assign(pending(), { nextAttemptAt: after(MONDAY, 5_000) });
    const over = pending();
    over.record(reply(200), MONDAY);

    expect(pending().turn(registered(), 3, MONDAY)).toBe('now');
    expect(pending().turn(registered(), 4, MONDAY)).toBe('never');
    expect(pending().turn(failing, 0, MONDAY)).toBe('now');
    expect(pending().turn(failing, 1, MONDAY)).toBe('never');
    expect(pending().turn(paused, 0, MONDAY)).toBe('never');
    expect(pending().turn(paused, 0, after(MONDAY, 4_000))).toBe('now');
    expect(pending().turn(disabled, 0, MONDAY)).toBe('never');
    expect(claimed.turn(registered(), 0, MONDAY)).toEqual({ later: claimed.claimedUntil });
    expect(claimed.turn(registered(), 0, after(MONDAY, 30_000))).toBe('now');
    expect(later.turn(registered(), 0, MONDAY)).toEqual({ later: later.nextAttemptAt });
    expect(over.turn(registered(), 0, MONDAY)).toBe('never');
  });
});

describe('The first repetition of a delivery', () => {
  it('is not kept waiting by the breaker, or by what else the target is asked', () => {
    const paused = Object.assign(registered(), { failures: 9, pausedUntil: after(MONDAY, 60_000) });
    const tried = pending();
    tried.record(reply(500), MONDAY);
    const due = tried.nextAttemptAt!;

    expect(due.getTime()).toBeLessThan(after(MONDAY, 5_000).getTime());
    expect(tried.turn(paused, 3, due)).toBe('now');
    expect(tried.turn(paused, 4, due)).toBe('never');
    tried.record(reply(500), due);
    expect(tried.turn(paused, 0, after(due, 15_000))).toBe('never');
  });
});

describe('An endpoint', () => {
  const failTimes = (endpoint: WebhookEndpoint, times: number, now = MONDAY) => {
    for (let time = 0; time < times; time += 1) endpoint.fail(now);
  };

  it('is paused after five failures in a row, for longer and longer, ten minutes at most', () => {
    const endpoint = registered();
    failTimes(endpoint, 4);
    expect([endpoint.atOnce, endpoint.pausedUntil]).toEqual([1, null]);
    const pauses = [];
    let now = MONDAY;
    for (let failure = 5; failure < 12; failure += 1) {
      endpoint.fail(now, () => 0);
      endpoint.fail(now, () => 0);
      pauses.push((endpoint.pausedUntil!.getTime() - now.getTime()) / 1_000);
      now = endpoint.pausedUntil!;
    }
    expect(pauses.map(Math.round)).toEqual([3, 7, 20, 55, 148, 403, 600]);

    endpoint.succeed();
    expect([endpoint.atOnce, endpoint.pausedUntil, endpoint.failingSince]).toEqual([4, null, null]);
    failTimes(endpoint, 4);
    expect(endpoint.pausedUntil).toBeNull();
  });

  it('is given up after five days of failures, unless something succeeds', () => {
    const endpoint = registered();
    endpoint.fail(MONDAY);
    endpoint.fail(after(MONDAY, 5 * DAY_MS - 1));
    expect(endpoint.enabled).toBe(true);
    endpoint.succeed();
    endpoint.fail(after(MONDAY, 5 * DAY_MS));
    endpoint.fail(after(MONDAY, 10 * DAY_MS - 1));
    expect(endpoint.enabled).toBe(true);
    endpoint.fail(after(MONDAY, 10 * DAY_MS));
    expect([endpoint.enabled, endpoint.disabledReason]).toEqual([false, 'failing']);
    endpoint.enable();
    expect(endpoint).toMatchObject({ enabled: true, disabledReason: null, failures: 0, failingSince: null });
  });

  it('signs with two secrets for a day after the change of one', () => {
    const endpoint = registered();
    const { secret } = endpoint;
    endpoint.rotateSecret(MONDAY);
    expect(endpoint.secretsAt(after(MONDAY, DAY_MS - 1))).toEqual([endpoint.secret, secret]);
    expect(endpoint.secretsAt(after(MONDAY, DAY_MS))).toEqual([endpoint.secret]);
    expect(endpoint.secret).not.toBe(secret);
    expect(Buffer.from(endpoint.secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
  });

  it('signs with every secret for a day after it was replaced, also by several within the day', () => {
    const endpoint = registered();
    const secrets = [endpoint.secret];
    for (const offsetMs of [0, 1, DAY_MS - 1]) {
      endpoint.rotateSecret(after(MONDAY, offsetMs));
      secrets.unshift(endpoint.secret);
    }
    const [newest, third, second, first] = secrets;
    const signing = (offsetMs: number) => endpoint.secretsAt(after(MONDAY, offsetMs));

    expect(signing(DAY_MS - 1)).toEqual([newest, third, second, first]);
    expect(signing(DAY_MS)).toEqual([newest, third, second]);
    expect(signing(DAY_MS + 1)).toEqual([newest, third]);
    expect(signing(2 * DAY_MS - 1)).toEqual([newest]);
  });

  it('keeps five secrets beside the present one, and refuses to make another until the oldest is over', () => {
    const endpoint = registered();
    for (let rotation = 0; rotation < 5; rotation += 1) endpoint.rotateSecret(after(MONDAY, rotation));
    const present = endpoint.secretsAt(MONDAY);

    expect(() => endpoint.rotateSecret(after(MONDAY, DAY_MS - 1))).toThrow(RotatedTooOften);
    expect(endpoint.secretsAt(MONDAY)).toEqual(present);
    endpoint.rotateSecret(after(MONDAY, DAY_MS));
    expect(endpoint.secretsAt(after(MONDAY, DAY_MS))).toEqual([endpoint.secret, ...present.slice(0, 5)]);
  });
});
