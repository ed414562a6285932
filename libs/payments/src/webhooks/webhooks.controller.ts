import type { Config } from '@app/config';
import {
  AnyQuery,
  BodyTooLarge,
  BooleanField,
  MalformedRequest,
  NoRateLimit,
  Problems,
  Public,
} from '@app/http';
import { Controller, HttpCode, Post, Req, type RawBodyRequest, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GatewayInbox } from './gateway-inbox.js';
import { UnverifiedWebhook } from './webhook.errors.js';

export class ReceivedView {
  @BooleanField({
    description: 'Always true; also for an event that is known already or concerns nothing here',
  })
  received: true;
}

/** The route by which the gateway in use sends its news; there is none for any other. */
export function webhooksOf(gateway: Config['gateway']): Type<unknown> {
  @ApiTags('webhooks')
  @Public()
  @AnyQuery()
  @NoRateLimit()
  @Controller('webhooks')
  class GatewayWebhooksController {
    constructor(private readonly inbox: GatewayInbox) {}

    @Post(gateway)
    @HttpCode(200)
    @ApiOperation({
      operationId: 'GatewayWebhooksController_receive',
      summary: 'News from the payment gateway',
      description:
        'For the gateway alone: the signature covers the bytes of the body and the time. An event is taken in once, however often it is sent; what it is about is then read at the gateway.',
    })
    @ApiHeader({
      name: `${gateway}-signature`,
      required: true,
      description: 'The time in seconds since 1970, and the HMAC-SHA256 of `<time>.<body>`',
      example: 't=1796000000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
    })
    @ApiBody({ description: 'An event, as the gateway sends it', schema: { type: 'object' } })
    @ApiOkResponse({ type: ReceivedView, description: 'Taken in; it is acted upon right after' })
    @Problems(UnverifiedWebhook, MalformedRequest, BodyTooLarge)
    async receive(@Req() { rawBody, headers }: RawBodyRequest<FastifyRequest>): Promise<ReceivedView> {
      await this.inbox.receive({ body: rawBody ?? Buffer.alloc(0), headers });
      return { received: true };
    }
  }
  return GatewayWebhooksController;
}
