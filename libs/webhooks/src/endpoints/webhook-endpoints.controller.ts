import {
  CurrentUser,
  Forbidden,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
  type Page,
} from '@app/http';
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  EndpointPage,
  EndpointQuery,
  EndpointView,
  EndpointWithSecretView,
  RegisterEndpoint,
  toEndpointView,
  toEndpointWithSecretView,
  UpdateEndpoint,
} from './webhook-endpoint.dto.js';
import { RotatedTooOften, TooManyEndpoints } from './webhook-endpoint.errors.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

@ApiTags('webhook endpoints')
@ApiBearerAuth()
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  @Post()
  @ApiOperation({
    summary: 'Have events posted to a URL of yours',
    description:
      'Signed as Standard Webhooks says. Answer 2xx within 10 s; anything else is tried again over three days. Events may come twice, with the same webhook-id, and in any order.',
  })
  @ApiCreatedResponse({ type: EndpointWithSecretView, description: 'The endpoint, with its secret' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, TooManyEndpoints, InvalidRequest)
  async register(
    @CurrentUser() actor: Actor,
    @Body() body: RegisterEndpoint,
  ): Promise<EndpointWithSecretView> {
    return toEndpointWithSecretView(await this.endpoints.register(actor, body));
  }

  @Get()
  @ApiOperation({ summary: 'Webhook endpoints of yours, newest first; of everyone, for admins' })
  @ApiOkResponse({ type: EndpointPage, description: 'A page of endpoints' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async list(@CurrentUser() actor: Actor, @Query() query: EndpointQuery): Promise<Page<EndpointView>> {
    const { data, nextCursor } = await this.endpoints.list(actor, query);
    return { data: data.map(toEndpointView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A webhook endpoint, and how it is doing' })
  @ApiOkResponse({ type: EndpointView, description: 'The endpoint' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async find(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<EndpointView> {
    return toEndpointView(await this.endpoints.get(actor, id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change, disable or enable a webhook endpoint' })
  @ApiOkResponse({ type: EndpointView, description: 'The endpoint, changed' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async update(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() body: UpdateEndpoint,
  ): Promise<EndpointView> {
    return toEndpointView(await this.endpoints.update(actor, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook endpoint and its log' })
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async delete(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<void> {
    await this.endpoints.delete(actor, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replace the secret',
    description:
      'For 24 hours the old one signs as well, however often it is done: each message has a signature of every secret that was valid within them. Five times a day at most.',
  })
  @ApiOkResponse({ type: EndpointWithSecretView, description: 'The endpoint, with its new secret' })
  @Problems(Unauthenticated, ResourceNotFound, RotatedTooOften, InvalidRequest)
  async rotateSecret(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<EndpointWithSecretView> {
    return toEndpointWithSecretView(await this.endpoints.rotateSecret(actor, id));
  }
}
