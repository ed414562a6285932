import {
  BooleanField,
  EnumField,
  EnumListField,
  InstantField,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
} from '@app/http';
import { IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import { PUBLIC_EVENT_NAMES } from '../public-events.js';
import { DISABLED_REASONS, type DisabledReason, type WebhookEndpoint } from './webhook-endpoint.entity.js';

const EVENTS = { minItems: 1, maxItems: PUBLIC_EVENT_NAMES.length, example: ['booking.created'] };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export class EndpointQuery extends PageQuery {
  @UuidField({ optional: true, description: 'Only those of this vendor' })
  vendorId?: string;
}

export class RegisterEndpoint {
  @TextField({
    description: 'http(s), reachable from the public internet; redirects are not followed',
    max: 2_000,
    example: 'https://example.com/hooks/travellr',
  })
  url: string;

  @EnumListField(PUBLIC_EVENT_NAMES, { description: 'What to tell it', ...EVENTS })
  events: string[];

  @UuidField({
    description:
      'Yours, if you act for one only. An admin who leaves it out registers an endpoint of the platform, told of every vendor',
    optional: true,
  })
  vendorId?: string;

  @TextField({ optional: true, nullable: true, max: 200, example: 'Our booking calendar' })
  description?: string | null;
}

export class UpdateEndpoint extends PartialType(OmitType(RegisterEndpoint, ['vendorId']), {
  skipNullProperties: false,
}) {
  @BooleanField({
    description: 'true starts over with one that was disabled, and sends what was waiting',
    optional: true,
    example: true,
  })
  enabled?: boolean;
}

export class EndpointView {
  @UuidField()
  id: string;

  @UuidField({ nullable: true, description: 'null: of the platform' })
  vendorId: string | null;

  @TextField({ max: 2_000, example: 'https://example.com/hooks/travellr' })
  url: string;

  @TextField({ nullable: true, example: 'Our booking calendar' })
  description: string | null;

  @EnumListField(PUBLIC_EVENT_NAMES, EVENTS)
  events: string[];

  @BooleanField({ description: 'Whether it is told anything', example: true })
  enabled: boolean;

  @EnumField(DISABLED_REASONS, {
    nullable: true,
    description: 'owner: asked for. gone: it answered 410. failing: for five days, without one success',
  })
  disabledReason: DisabledReason | null;

  @InstantField({ nullable: true, description: 'Of the first failure since the last success' })
  failingSince: string | null;

  @InstantField({
    nullable: true,
    description: 'After several failures in a row, nothing is sent before then',
  })
  pausedUntil: string | null;

  @InstantField({
    nullable: true,
    description:
      'Until then the secret before the present one signs too; those before that, until a day after theirs was replaced',
  })
  previousSecretExpiresAt: string | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

class Secret {
  @TextField({
    description: 'Shown this once: it verifies the signatures (Standard Webhooks)',
    example: SECRET,
  })
  secret: string;
}

export class EndpointWithSecretView extends IntersectionType(EndpointView, Secret) {}

export class EndpointPage extends PageOf(EndpointView) {}

export function toEndpointView(endpoint: WebhookEndpoint): EndpointView {
  return {
    id: endpoint.id,
    vendorId: endpoint.vendorId,
    url: endpoint.url,
    description: endpoint.description,
    events: endpoint.events,
    enabled: endpoint.enabled,
    disabledReason: endpoint.disabledReason,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    pausedUntil: endpoint.pausedUntil?.toISOString() ?? null,
    previousSecretExpiresAt: endpoint.previousSecretExpiresAt?.toISOString() ?? null,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}

/** Only in the answer that the secret was made for. */
export function toEndpointWithSecretView(endpoint: WebhookEndpoint): EndpointWithSecretView {
  return { ...toEndpointView(endpoint), secret: endpoint.secret };
}
