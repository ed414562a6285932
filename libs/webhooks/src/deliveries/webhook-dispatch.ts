import { Transactor, type Tx } from '@app/database';
import { Turns, WebhookEndpointDisabled } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { WebhookEndpointsRepository } from '../endpoints/webhook-endpoints.repository.js';
import { signedMessage } from '../sending/signed-message.js';
import { WebhookSender, type Reply } from '../sending/webhook-sender.js';
import { DeliveryQueue } from './delivery-queue.js';
import { WebhookSlots } from './webhook-slots.js';
import { isGone, isSuccess, WebhookDelivery } from './webhook-delivery.entity.js';

/** For how long one job goes on with the same endpoint: those of others wait behind it. */
const STRETCH_MS = 2_000;

interface Claimed {
  readonly delivery: WebhookDelivery;
  readonly endpoint: WebhookEndpoint;
}

/**
 * Sends what is due, in three steps: a transaction that claims it, the request with no transaction open, a transaction that records what
 * came of it. Whoever dies in between leaves a claim that runs out, and the job that a worker repeats: at least once, always with the
 * same id.
 */
@Injectable()
export class WebhookDispatch {
  private readonly turns = new Turns();

  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly queue: DeliveryQueue,
    private readonly sender: WebhookSender,
    private readonly slots: WebhookSlots,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Does nothing when it is not this delivery's turn. After a success it goes on with what else waits for the endpoint, for a moment. */
  async send(deliveryId: string): Promise<void> {
    const found = await this.endpoints.findWaitedFor(deliveryId);
    if (!found) return;
    const slot = this.slots.take(found.vendorId);
    if (typeof slot === 'number') return this.putOff(deliveryId, slot);
    try {
      await this.sendWhileItGoes(deliveryId, found.id);
    } finally {
      slot();
    }
  }

  private async sendWhileItGoes(deliveryId: string, endpointId: string): Promise<void> {
    const start = performance.now();
    let claimed = await this.claim(deliveryId, endpointId);
    while (claimed) {
      const { delivery, endpoint } = claimed;
      const now = this.clock.now();
      const message = signedMessage(delivery.message, endpoint.secretsAt(now), now);
      const reply = await this.sender.post(endpoint.url, message);
      const goesOn = isSuccess(reply) && performance.now() - start < STRETCH_MS;
      claimed = await this.record(delivery, reply, goesOn);
    }
  }

  private putOff(deliveryId: string, delayMs: number): Promise<void> {
    const instant = new Date(this.clock.now().getTime() + delayMs);
    return this.transactor.run((tx) => this.queue.enqueue([deliveryId], tx, instant));
  }

  private claim(id: string, endpointId: string): Promise<Claimed | undefined> {
    return this.locked(endpointId, (endpoint, tx) => this.take(id, endpoint, tx));
  }

  /**
   * The endpoint's lock makes the count of open requests, and the breaker, hold for every process. In this one those of the same endpoint
   * take turns: however many want to tell it something, they wait with one connection, and the others are there for everybody else.
   */
  private locked<T>(
    endpointId: string,
    work: (endpoint: WebhookEndpoint, tx: Tx) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.turns.take(endpointId, () =>
      this.transactor.run(async (tx) => {
        const endpoint = await this.endpoints.lock(endpointId, tx);
        return endpoint ? work(endpoint, tx) : undefined;
      }),
    );
  }

  private async take(id: string, endpoint: WebhookEndpoint, tx: Tx): Promise<Claimed | undefined> {
    const now = this.clock.now();
    const delivery = await tx.findOneBy(WebhookDelivery, { id, status: 'pending' });
    if (!delivery) return undefined;
    const turn = delivery.turn(endpoint, await this.inFlight(endpoint.id, now, tx), now);
    if (typeof turn === 'object') await this.queue.enqueue([id], tx, turn.later);
    if (turn !== 'now') return undefined;
    delivery.claim(now);
    await tx.update(WebhookDelivery, { id }, { claimedUntil: delivery.claimedUntil });
    return { delivery, endpoint };
  }

  /**
   * Compare and set: when the claim has run out and somebody else has it, what came of this one counts no more.
   * @returns what to send next, if it goes on.
   */
  private record(delivery: WebhookDelivery, reply: Reply, goesOn: boolean): Promise<Claimed | undefined> {
    return this.locked(delivery.endpointId, async (endpoint, tx) => {
      const now = this.clock.now();
      const claim = { id: delivery.id, claimedUntil: delivery.claimedUntil as Date };
      delivery.record(reply, now);
      const { id, attempts, log, status, nextAttemptAt, claimedUntil } = delivery;
      const columns = { attempts, log, status, nextAttemptAt, claimedUntil };
      if ((await tx.update(WebhookDelivery, claim, columns)).affected === 0) return undefined;
      await this.learn(endpoint, reply, now, tx);
      if (nextAttemptAt) await this.queue.enqueue([id], tx, nextAttemptAt);
      const [next] = goesOn ? await this.queue.findNext(endpoint, now, tx) : [];
      const claimed = next === undefined ? undefined : await this.take(next, endpoint, tx);
      await this.queue.callNext(endpoint, tx);
      return claimed;
    });
  }

  /** What the reply says of the endpoint. Its owner is told when it is given up. */
  private async learn(endpoint: WebhookEndpoint, reply: Reply, now: Date, tx: Tx): Promise<void> {
    if (!endpoint.enabled || (isSuccess(reply) && endpoint.failures === 0)) return;
    if (isSuccess(reply)) endpoint.succeed();
    else if (isGone(reply)) endpoint.disable('gone');
    else endpoint.fail(now);
    await this.endpoints.save(endpoint, tx);
    const { id: endpointId, vendorId, url, enabled } = endpoint;
    if (!enabled) await this.events.publish(new WebhookEndpointDisabled({ endpointId, vendorId, url }), tx);
  }

  private inFlight(endpointId: string, now: Date, tx: Tx): Promise<number> {
    return tx
      .createQueryBuilder(WebhookDelivery, 'delivery')
      .where('delivery.endpointId = :endpointId AND delivery.claimedUntil > :now', { endpointId, now })
      .getCount();
  }
}
