import { WebhookHouse } from '../../../../test/support/webhook-house.js';
import { verified } from '../../../../test/support/webhook-receiver.js';

const DAY_MS = 24 * 60 * 60_000;

describe('A webhook of an endpoint whose secret was replaced', () => {
  let house: WebhookHouse;

  beforeAll(async () => {
    house = await WebhookHouse.open();
  });
  afterEach(() => house.clear());
  afterAll(() => house.close());

  const now = () => house.app.clock.now();

  it('is signed with the secret before as well, for a day after a new one', async () => {
    const target = await house.tell();
    const { body } = await house.act(target, 'rotate-secret');
    await house.queue(target);
    await house.app.drain();
    await house.pass(DAY_MS);
    await house.queue(target);
    await house.app.drain();

    const [first, second] = target.received;
    const before = new Date(now().getTime() - DAY_MS);
    expect(verified(first!, target.secret, before)).toEqual(verified(first!, body.secret, before));
    expect(verified(second!, body.secret, now())).toBeDefined();
    expect(() => verified(second!, target.secret, now())).toThrow('No matching signature');
    expect(await house.upkeep.purge()).toMatchObject({ secrets: 1 });
    expect((await house.endpoint(target)).previousSecretExpiresAt).toBeNull();
  });

  it('is signed with each secret for a day, though a second rotation follows the first', async () => {
    const target = await house.tell();
    const first = await house.act(target, 'rotate-secret');
    const second = await house.act(target, 'rotate-secret');
    await house.queue(target);
    await house.app.drain();

    for (const secret of [target.secret, first.body.secret, second.body.secret])
      expect(verified(target.received[0]!, secret, now())).toBeDefined();
    const answers = [3, 4, 5, 6].map(() => house.act(target, 'rotate-secret'));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 200, 409]);
  });
});
