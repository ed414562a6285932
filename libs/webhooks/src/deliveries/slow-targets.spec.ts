import { DataSource } from 'typeorm';
import { eventually } from '../../../../test/support/deployment.js';
import { WebhookHouse } from '../../../../test/support/webhook-house.js';

const WITHIN_MS = 60_000;

describe('A webhook to a target that is slow', () => {
  let house: WebhookHouse;

  beforeAll(async () => {
    house = await WebhookHouse.open();
  });
  afterAll(() => house.close());

  it('keeps no other waiting: four requests are open at most, and the rest follows', async () => {
    const slow = await house.tell();
    const quick = await house.tell();
    slow.hold();
    const ids = await house.queue(slow, 6);
    const sending = ids.map((id) => house.send(id));
    await slow.arrivalOf(4);
    // The two that found no room are over; nothing more arrives than was let in.
    await Promise.race(sending);
    const [id] = (await house.queue(quick)) as [string];
    await house.send(id);
    expect([quick.received.length, slow.received.length]).toEqual([1, 4]);
    expect(await house.deliveries(slow, '&status=pending')).toHaveLength(6);

    slow.release();
    await Promise.all(sending);
    await house.app.drain();
    expect(slow.received).toHaveLength(6);
    expect(new Set(slow.ids).size).toBe(6);
  });

  it('and to more of them: all that one owner has take half of the slots, and the rest comes back', async () => {
    const slow = [await house.tell(), await house.tell(), await house.tell()] as const;
    const quick = await house.tell({ owner: await house.shop.vendor() });
    const [first, second, third] = slow;
    for (const each of slow) each.hold();
    const sendAll = async (to: (typeof slow)[number]) =>
      (await house.queue(to, 4)).map((id) => house.send(id));
    const sending = [...(await sendAll(first)), ...(await sendAll(second))];
    await Promise.all([first.arrivalOf(4), second.arrivalOf(4)]);

    await Promise.all(await sendAll(third));
    const [id] = (await house.queue(quick)) as [string];
    await house.send(id);
    expect([third.received.length, quick.received.length]).toEqual([0, 1]);

    for (const each of slow) each.release();
    await Promise.all(sending);
    await house.pass(4_000);
    expect(third.received).toHaveLength(4);
  });

  it('takes one connection of the process, however many wait to hear whether it is their turn', async () => {
    const [busy, quick] = [await house.tell(), await house.tell()];
    const holder = house.app.get(DataSource).createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE', [busy.endpointId]);
    const sending = (await house.queue(busy, 6)).map((id) => house.send(id));
    await eventually(waiting, ({ length }) => length > 0, WITHIN_MS);

    const [id] = (await house.queue(quick)) as [string];
    await house.send(id);
    expect(quick.received).toHaveLength(1);
    expect(await waiting()).toHaveLength(1);

    await holder.rollbackTransaction();
    await holder.release();
    await Promise.all(sending);
    await house.app.drain();
    expect(busy.received).toHaveLength(6);
  });

  const waiting = () =>
    house.app.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
});
