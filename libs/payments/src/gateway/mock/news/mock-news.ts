import { randomInt } from 'node:crypto';
import type { Tx } from '@app/database';
import { Jobs, type JobRequest } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { MockKnobs } from '../mock-knobs.entity.js';
import { MockWorld } from '../mock-world.js';
import { mockId } from '../mock-id.js';
import type { MockEvent, MockEventType } from './mock-events.js';

export const SEND_MOCK_WEBHOOK = 'mock-gateway-webhook';
/** Within which webhooks overtake each other when they are told to. */
const REORDER_WITHIN_MS = 3_000;

/** Tells the platform of what has changed at the mock, as the knobs have it: on time, late, twice, in any order, or not at all. */
@Injectable()
export class MockNews {
  private isMuted = false;

  constructor(
    private readonly jobs: Jobs,
    private readonly world: MockWorld,
    private readonly clock: Clock,
  ) {}

  /** From now on this process tells nobody of what it does at the mock: there is no one to hear it. */
  mute(): void {
    this.isMuted = true;
  }

  /** Enqueues a webhook, to be sent if and only if `tx` commits. */
  async tell(
    type: MockEventType,
    data: Readonly<Record<string, string>>,
    tx: Tx,
    { delayMs = 0 } = {},
  ): Promise<void> {
    if (this.isMuted) return;
    await this.jobs.enqueueAll(this.webhooks(type, data, await this.world.knobs(tx), { delayMs }), tx);
  }

  /** The jobs by which the platform is told: none, one or two. */
  webhooks(
    type: MockEventType,
    data: Readonly<Record<string, string>>,
    knobs: MockKnobs,
    { delayMs = 0 } = {},
  ): JobRequest[] {
    if (this.isMuted || knobs.drop) return [];
    const created = Math.floor(this.clock.now().getTime() / 1000);
    const event: MockEvent = { id: mockId('evt'), type, created, data };
    return Array.from({ length: knobs.duplicate ? 2 : 1 }, () => ({
      name: SEND_MOCK_WEBHOOK,
      payload: { event },
      delayMs: delayMs + knobs.delayMs + (knobs.reorder ? randomInt(REORDER_WITHIN_MS + 1) : 0),
    }));
  }
}
