export { WebhookDelivery } from './deliveries/webhook-delivery.entity.js';
export { WebhookEndpoint } from './endpoints/webhook-endpoint.entity.js';
export { PUBLIC_EVENT_NAMES } from './public-events.js';
export { WebhooksModule } from './webhooks.module.js';
