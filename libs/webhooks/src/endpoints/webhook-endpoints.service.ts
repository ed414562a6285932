import { Transactor, type Tx } from '@app/database';
import {
  decodeCursor,
  Forbidden,
  InvalidRequest,
  page,
  ResourceNotFound,
  type Actor,
  type Page,
  type PageQuery,
} from '@app/http';
import { Clock } from '@app/kernel';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { TargetPolicy } from '../sending/target-policy.js';
import { checkTargetUrl } from './target-url.js';
import type { RegisterEndpoint, UpdateEndpoint } from './webhook-endpoint.dto.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { EndpointDisabled, TooManyEndpoints } from './webhook-endpoint.errors.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';

/** Of each vendor, and of the platform. */
const LIMIT = 20;

/** Whom to tell what. Members look after the endpoints of their vendor, admins after all. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly queue: DeliveryQueue,
    private readonly vendors: Vendors,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly targets: TargetPolicy,
  ) {}

  /** @throws InvalidRequest, ResourceNotFound, Forbidden, TooManyEndpoints */
  async register(actor: Actor, wish: RegisterEndpoint): Promise<WebhookEndpoint> {
    const { url, events, description = null } = wish;
    checkTargetUrl(url, this.targets);
    const vendorId = await this.ownerFor(actor, wish.vendorId);
    const endpoint = WebhookEndpoint.register({ vendorId, url, events, description }, this.clock.now());
    const added = await this.transactor.run((tx) => this.endpoints.add(endpoint, LIMIT, tx));
    if (!added) throw new TooManyEndpoints(LIMIT);
    return endpoint;
  }

  /** Those that the actor looks after, the newest first. @throws ResourceNotFound for a vendor that is not his */
  async list(
    actor: Actor,
    { vendorId, limit, cursor }: PageQuery & { vendorId?: string },
  ): Promise<Page<WebhookEndpoint>> {
    if (vendorId) await this.vendors.requireMember(actor, vendorId);
    const isForAll = actor.role === 'admin' && !vendorId;
    const vendorIds = vendorId ? [vendorId] : await this.vendors.vendorIdsOf(actor.id);
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const rows = await this.endpoints.findPage(isForAll ? {} : { vendorIds }, { limit: limit + 1, before });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** @throws ResourceNotFound to whoever does not look after it */
  async get(actor: Actor, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.findById(id);
    const isTheirs =
      endpoint &&
      (endpoint.vendorId === null
        ? actor.role === 'admin'
        : await this.vendors.mayActFor(actor, endpoint.vendorId));
    if (!isTheirs) throw new ResourceNotFound('webhook endpoint', id);
    return endpoint;
  }

  /** Another target starts over, as one that is enabled does. @throws ResourceNotFound, InvalidRequest */
  update(actor: Actor, id: string, { enabled, ...changes }: UpdateEndpoint): Promise<WebhookEndpoint> {
    if (changes.url !== undefined) checkTargetUrl(changes.url, this.targets);
    return this.change(actor, id, async (endpoint, tx) => {
      const isNewTarget = changes.url !== undefined && changes.url !== endpoint.url;
      Object.assign(endpoint, changes, { updatedAt: this.clock.now() });
      if (isNewTarget) endpoint.succeed();
      if (enabled === true && !endpoint.enabled) endpoint.enable();
      if (enabled === false && endpoint.enabled) endpoint.disable('owner');
      await this.queue.callNext(endpoint, tx);
    });
  }

  /** @returns the endpoint with its new secret. @throws ResourceNotFound, RotatedTooOften */
  rotateSecret(actor: Actor, id: string): Promise<WebhookEndpoint> {
    return this.change(actor, id, (endpoint) => endpoint.rotateSecret(this.clock.now()));
  }

  /** With its log; what was waiting is sent no more. @throws ResourceNotFound */
  async delete(actor: Actor, id: string): Promise<void> {
    await this.get(actor, id);
    await this.endpoints.delete(id);
  }

  /**
   * Runs `work` with the endpoint locked. Whoever asks by hand does not wait for the end of a pause.
   * @throws ResourceNotFound, EndpointDisabled
   */
  urge<T>(actor: Actor, id: string, work: (endpoint: WebhookEndpoint, tx: Tx) => Promise<T>): Promise<T> {
    return this.withLocked(actor, id, async (endpoint, tx) => {
      if (!endpoint.enabled) throw new EndpointDisabled(id);
      if (endpoint.pausedUntil) {
        endpoint.pausedUntil = null;
        await this.endpoints.save(endpoint, tx);
      }
      return work(endpoint, tx);
    });
  }

  private change(
    actor: Actor,
    id: string,
    work: (endpoint: WebhookEndpoint, tx: Tx) => Promise<void> | void,
  ): Promise<WebhookEndpoint> {
    return this.withLocked(actor, id, async (endpoint, tx) => {
      await work(endpoint, tx);
      await this.endpoints.save(endpoint, tx);
      return endpoint;
    });
  }

  private async withLocked<T>(
    actor: Actor,
    id: string,
    work: (endpoint: WebhookEndpoint, tx: Tx) => Promise<T>,
  ): Promise<T> {
    await this.get(actor, id);
    return this.transactor.run(async (tx) => {
      const endpoint = await this.endpoints.lock(id, tx);
      if (!endpoint) throw new ResourceNotFound('webhook endpoint', id);
      return work(endpoint, tx);
    });
  }

  /** The vendor stated, or else the only one the user acts for; null, the platform, for an admin who states none. */
  private async ownerFor(actor: Actor, stated: string | undefined): Promise<string | null> {
    if (stated) return (await this.vendors.requireMember(actor, stated)).id;
    if (actor.role === 'admin') return null;
    const [only, ...others] = await this.vendors.vendorIdsOf(actor.id);
    if (!only) throw new Forbidden('webhooks are for vendors: register a business with POST /vendors first');
    if (others.length > 0)
      throw InvalidRequest.field('vendorId', 'must be stated, since you act for several vendors');
    return only;
  }
}
