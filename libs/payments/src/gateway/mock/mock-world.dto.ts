import { BooleanField, EnumField, IntegerField, ObjectField, TextField } from '@app/http';
import type { MockKnobs } from './mock-knobs.entity.js';
import type { DisputeVerdict } from './mock-disputes.js';

const TEN_YEARS_MS = 10 * 366 * 86_400_000;

export class WebhookKnobs {
  @BooleanField({ optional: true, description: 'Sends each event twice; false unless given', example: false })
  duplicate?: boolean;

  @BooleanField({
    optional: true,
    description: 'Each event waits up to 3 s, so that they overtake each other; false unless given',
    example: false,
  })
  reorder?: boolean;

  @IntegerField({ optional: true, min: 0, max: 600_000, default: 0, description: 'Each event waits so long' })
  delayMs?: number;

  @BooleanField({ optional: true, description: 'Sends none; false unless given', example: false })
  drop?: boolean;
}

/** What is left out goes back to its default. */
export class TurnKnobs {
  @ObjectField(() => WebhookKnobs, { optional: true })
  webhooks?: WebhookKnobs;

  @IntegerField({
    optional: true,
    min: 0,
    max: TEN_YEARS_MS,
    default: 0,
    description: 'How long a charge takes to become available for transfers',
  })
  fundsDelayMs?: number;
}

export class WebhookKnobsView {
  @BooleanField()
  duplicate: boolean;

  @BooleanField()
  reorder: boolean;

  @IntegerField({ example: 0 })
  delayMs: number;

  @BooleanField()
  drop: boolean;
}

export class KnobsView {
  @ObjectField(() => WebhookKnobsView)
  webhooks: WebhookKnobsView;

  @IntegerField({ example: 0 })
  fundsDelayMs: number;
}

export const DISPUTE_VERDICTS = ['won', 'lost'] as const satisfies readonly DisputeVerdict[];

export class CloseDispute {
  @EnumField(DISPUTE_VERDICTS, { description: 'For the platform: won gives the money back', example: 'won' })
  outcome: DisputeVerdict;
}

export class ClosedDisputeView {
  @TextField({ example: 'mock_dp_019a8e4c' })
  gatewayDisputeId: string;

  @EnumField(DISPUTE_VERDICTS, { description: 'At the gateway; the payment follows in a moment' })
  status: string;
}

export function toKnobsView({ duplicate, reorder, delayMs, drop, fundsDelayMs }: MockKnobs): KnobsView {
  return { webhooks: { duplicate, reorder, delayMs, drop }, fundsDelayMs };
}
