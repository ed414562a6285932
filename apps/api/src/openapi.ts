import type { Config } from '@app/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const DESCRIPTION = `
The backend of a marketplace of travel experiences.

**Try it**: register or log in under *auth*, press **Authorize** and paste the \`accessToken\`.

- Money is whole minor units with an ISO 4217 currency: \`{ "amount": 15000, "currency": "USD" }\` is 150.00 dollars.
- Times are ISO 8601 in UTC; a departure also has its local start.
- Lists take \`limit\` and \`cursor\` and answer \`{ data, nextCursor }\`.
- Errors are \`application/problem+json\` (RFC 9457); match on \`type\`.
- POSTs that move money or seats take an \`Idempotency-Key\`.
- Answers say in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds) how many more requests you may send, and 429 says in
  \`Retry-After\` when.
`;

/** In the order in which a marketplace comes to life. */
const TAGS = [
  ['auth', 'Accounts and tokens'],
  ['users', 'Your own account'],
  ['vendors', 'Businesses that offer trips'],
  ['trips', 'What is on offer'],
  ['departures', 'When it takes place, and how many seats are left'],
  ['bookings', 'Seats for a traveller'],
  ['payments', 'Money for a booking, and back'],
  ['payouts', 'What a vendor has earned, and how it comes to him'],
  ['webhook endpoints', 'Programs of yours that are told what happens'],
  ['admin', 'For the platform’s own people'],
  ['admin money', 'Payouts, refunds that have failed, disputes'],
  ['admin books', 'What moved money, and whether it all agrees'],
  ['mock gateway', 'The traveller’s bank and the network, while the mock is the gateway'],
  ['webhooks', 'What the payment gateway tells us'],
  ['ops', 'For the platform’s own machines'],
] as const;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  'x-public'?: boolean;
  'x-any-query'?: boolean;
  'x-no-rate-limit'?: boolean;
};

/** Swagger UI at `/docs`, the document at `/docs-json`. */
export function serveDocs(app: NestFastifyApplication, config: Config): void {
  const builder = new DocumentBuilder()
    .setTitle('Travellr')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The accessToken of a login',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  if (config.http.publicUrl) builder.addServer(config.http.publicUrl);
  SwaggerModule.setup('docs', app, () => completed(SwaggerModule.createDocument(app, builder.build())), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Travellr API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      filter: true,
    },
  });
}

/** Adds to every operation what the guard and the pipe add to every route. */
function completed(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = path[method] as Operation | undefined;
      if (!operation) continue;
      if (operation['x-public']) operation.security = [];
      else operation.responses['401'] ??= problem('A valid access token is needed', 'unauthenticated', 401);
      if (!operation['x-any-query'])
        operation.responses['422'] ??= problem(
          'A value in the request is not acceptable',
          'invalid-request',
          422,
        );
      if (!operation['x-no-rate-limit'])
        operation.responses['429'] ??= problem('Too many requests', 'rate-limited', 429);
      if (operation.requestBody) {
        operation.responses['400'] ??= problem('The request cannot be read', 'malformed-request', 400);
        operation.responses['413'] ??= problem('The body is over the limit of 1 MiB', 'body-too-large', 413);
      }
    }
  }
  return document;
}

const problem = (description: string, code: string, status: number) => ({
  description,
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: { type: `/problems/${code}`, title: description, status },
    },
  },
});
