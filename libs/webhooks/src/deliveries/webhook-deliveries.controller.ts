import {
  CurrentUser,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
  type Page,
} from '@app/http';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EndpointDisabled, TooManyReplays } from '../endpoints/webhook-endpoint.errors.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import {
  DeliveryPage,
  DeliveryQuery,
  DeliveryView,
  ReplaySince,
  ReplayView,
  toDeliveryView,
} from './webhook-delivery.dto.js';

@ApiTags('webhook endpoints')
@ApiBearerAuth()
@Controller('webhook-endpoints/:id')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveries) {}

  @Get('deliveries')
  @ApiOperation({ summary: 'What a webhook endpoint was sent in the last 30 days, newest first' })
  @ApiOkResponse({ type: DeliveryPage, description: 'A page of deliveries, each with its attempts' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async list(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: DeliveryQuery,
  ): Promise<Page<DeliveryView>> {
    const { data, nextCursor } = await this.deliveries.list(actor, id, query);
    return { data: data.map(toDeliveryView), nextCursor };
  }

  @Post('deliveries/:deliveryId/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send a delivery again now, whatever became of it' })
  @ApiAcceptedResponse({ type: DeliveryView, description: 'The delivery, waiting to be sent' })
  @Problems(Unauthenticated, ResourceNotFound, EndpointDisabled, InvalidRequest)
  async retry(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @IdParam('deliveryId') deliveryId: string,
  ): Promise<DeliveryView> {
    return toDeliveryView(await this.deliveries.retry(actor, id, deliveryId));
  }

  @Post('test')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a webhook_endpoint.test to see whether the endpoint works',
    description: 'What came of it is in the deliveries.',
  })
  @ApiAcceptedResponse({ type: DeliveryView, description: 'The delivery, waiting to be sent' })
  @Problems(Unauthenticated, ResourceNotFound, EndpointDisabled, InvalidRequest)
  async test(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<DeliveryView> {
    return toDeliveryView(await this.deliveries.test(actor, id));
  }

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send everything since a point in time again',
    description:
      'What the endpoint listens to now, whatever became of it then: also what happened while it was disabled. The webhook-id is the one it had. Three may be under way at a time; they end when the endpoint is disabled.',
  })
  @ApiAcceptedResponse({ type: ReplayView, description: 'It is under way' })
  @Problems(Unauthenticated, ResourceNotFound, EndpointDisabled, TooManyReplays, InvalidRequest)
  async replay(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() { since }: ReplaySince,
  ): Promise<ReplayView> {
    await this.deliveries.replay(actor, id, since);
    return { since };
  }
}
