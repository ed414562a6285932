import { WebhookHouse } from '../../../../test/support/webhook-house.js';

const SECOND_MS = 1_000;
/** A breaker pauses no longer. */
const SOON_MS = 600 * SECOND_MS;

describe('A webhook to a target that is down', () => {
  let house: WebhookHouse;

  beforeAll(async () => {
    house = await WebhookHouse.open();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.clear();
  });
  afterAll(() => house.close());

  const now = () => house.app.clock.now();

  it('waits behind a breaker after five failures, uses up no attempts, and is probed one at a time', async () => {
    // What fails together comes back together, and the probe behind it.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const target = await house.tell();
    const other = await house.tell();
    target.answer(503);
    await house.queue(target, 12);
    await house.queue(other, 2);
    await house.app.drain();
    const { pausedUntil, failingSince } = await house.endpoint(target);

    expect([target.received.length, other.received.length]).toEqual([5, 2]);
    expect([Date.parse(pausedUntil) > now().getTime(), failingSince]).toEqual([true, now().toISOString()]);
    const tried = (await house.deliveries(target)).filter(({ attempts }) => attempts.length > 0);
    expect(tried).toHaveLength(5);

    // Each is repeated once within seconds, whatever the breaker says.
    await house.pass(SOON_MS);
    expect(target.received).toHaveLength(10);
    await house.pass(SOON_MS);
    expect(target.received).toHaveLength(11);
    await house.pass(SECOND_MS);
    expect(target.received).toHaveLength(11);

    target.answer(200);
    await house.pass(SOON_MS);
    expect(await house.endpoint(target)).toMatchObject({ pausedUntil: null, failingSince: null });
    expect(await house.deliveries(target, '&status=succeeded')).toHaveLength(12);
  });

  it('goes at once when someone asks for it', async () => {
    const target = await house.tell();
    target.answer(503);
    await house.queue(target, 6);
    await house.app.drain();
    target.answer(200);
    await house.act(target, 'test');
    await house.app.drain();
    expect((await house.endpoint(target)).failingSince).toBeNull();
    await house.pass(SOON_MS);
    expect(await house.deliveries(target, '&status=succeeded')).toHaveLength(7);
  });
});
