import { VendorsModule } from '@app/vendors';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryQueue } from './deliveries/delivery-queue.js';
import { QueueWebhooks } from './deliveries/queue-webhooks.handler.js';
import { ReplayWebhooks } from './deliveries/replay.job.js';
import { SendWebhook } from './deliveries/send-webhook.job.js';
import { WebhookDeliveriesController } from './deliveries/webhook-deliveries.controller.js';
import { WebhookDeliveries } from './deliveries/webhook-deliveries.service.js';
import { WebhookDelivery } from './deliveries/webhook-delivery.entity.js';
import { WebhookDispatch } from './deliveries/webhook-dispatch.js';
import { WebhookSlots } from './deliveries/webhook-slots.js';
import { WebhookUpkeep } from './deliveries/webhook-upkeep.js';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpointsRepository } from './endpoints/webhook-endpoints.repository.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.service.js';
import { SendingModule } from './sending/sending.module.js';

/** What other programs are told over HTTP: signed, at least once, in no particular order. */
@Module({
  imports: [TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery]), SendingModule, VendorsModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [
    DeliveryQueue,
    QueueWebhooks,
    ReplayWebhooks,
    SendWebhook,
    WebhookDeliveries,
    WebhookDispatch,
    WebhookEndpoints,
    WebhookEndpointsRepository,
    WebhookSlots,
    WebhookUpkeep,
  ],
})
export class WebhooksModule {}
