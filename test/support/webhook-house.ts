import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { DeliveryQueue } from '../../libs/webhooks/src/deliveries/delivery-queue.js';
import { SendWebhook } from '../../libs/webhooks/src/deliveries/send-webhook.job.js';
import { WebhookUpkeep } from '../../libs/webhooks/src/deliveries/webhook-upkeep.js';
import { TestApp } from './app.js';
import type { ApiClient } from './client.js';
import { expectOk, Shop, type Person } from './shop.js';
import { WebhookReceiver } from './webhook-receiver.js';

export type VendorPerson = Person & { vendorId: string };

/** A receiver that is told of events, and what the product keeps of it. */
export interface ToldReceiver extends WebhookReceiver {
  readonly endpointId: string;
  readonly secret: string;
}

/** The whole product, where targets on this machine are allowed. */
export class WebhookHouse {
  private readonly receivers: WebhookReceiver[] = [];

  private constructor(
    readonly app: TestApp,
    readonly shop: Shop,
    /** Whose endpoints these are, unless said otherwise. */
    readonly vendor: VendorPerson,
  ) {}

  static async open(): Promise<WebhookHouse> {
    const app = await TestApp.start({ env: { WEBHOOKS_ALLOW_PRIVATE: 'true' } });
    const shop = new Shop(app);
    return new WebhookHouse(app, shop, await shop.vendor());
  }

  /** Ends every endpoint of the test before, with what it left. */
  async clear(): Promise<void> {
    await this.app.drain();
    await this.app.query('DELETE FROM webhook_endpoints');
    await this.app.query('DELETE FROM graphile_worker._private_jobs');
    await Promise.all(this.receivers.splice(0).map((receiver) => receiver.close()));
  }

  async close(): Promise<void> {
    await this.clear();
    await this.app.stop();
  }

  async tell({
    owner = this.vendor,
    ...wish
  }: { owner?: ApiClient; events?: string[]; vendorId?: string } = {}): Promise<ToldReceiver> {
    const receiver = await WebhookReceiver.open();
    this.receivers.push(receiver);
    const body = { url: receiver.url, events: ['booking.created'], ...wish };
    const { id, secret } = expectOk(await owner.post('/webhook-endpoints', body));
    return Object.assign(receiver, { endpointId: id as string, secret: secret as string });
  }

  /** Something for the endpoint alone to be told. @returns the ids of the deliveries. */
  queue({ endpointId }: ToldReceiver, count = 1): Promise<string[]> {
    const events = Array.from({ length: count }, (_, number) => ({
      eventId: newId(),
      eventName: 'booking.created',
      occurredAt: this.app.clock.now(),
      data: { number },
    }));
    const queue = this.app.get(DeliveryQueue);
    return this.app.get(Transactor).run(async (tx) => {
      const ids = await queue.add([endpointId], events, tx);
      await queue.enqueue(ids, tx);
      return ids;
    });
  }

  /** As a worker would, whatever else it does meanwhile. */
  send(deliveryId: string): Promise<void> {
    return this.app.get(SendWebhook).run({ deliveryId });
  }

  get upkeep(): WebhookUpkeep {
    return this.app.get(WebhookUpkeep);
  }

  /** Lets time pass, for the product and for the jobs that wait for it, and does what is due by then. */
  async pass(milliseconds: number): Promise<void> {
    this.app.clock.advance(milliseconds);
    await this.app.query(
      `UPDATE graphile_worker._private_jobs SET run_at = run_at - make_interval(secs => $1)`,
      [milliseconds / 1000],
    );
    await this.app.drain();
  }

  async endpoint({ endpointId }: ToldReceiver): Promise<any> {
    return expectOk(await this.vendor.get(`/webhook-endpoints/${endpointId}`));
  }

  /** The newest first. */
  async deliveries({ endpointId }: ToldReceiver, query = ''): Promise<any[]> {
    return expectOk(await this.vendor.get(`/webhook-endpoints/${endpointId}/deliveries?limit=100${query}`))
      .data;
  }

  change({ endpointId }: ToldReceiver, changes: object): Promise<any> {
    return this.vendor.patch(`/webhook-endpoints/${endpointId}`, changes).then(expectOk);
  }

  act({ endpointId }: ToldReceiver, action: string, body?: object) {
    return this.vendor.post(`/webhook-endpoints/${endpointId}/${action}`, body);
  }
}
