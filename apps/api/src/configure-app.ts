import type { Config } from '@app/config';
import { MalformedRequest, ResourceNotFound, sendProblem, sendSecurityHeaders } from '@app/http';
import { logRequests, Metrics } from '@app/platform';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from './admission.js';
import { Draining } from './draining.js';
import { serveDocs } from './openapi.js';
import { answerUnreadable } from './unreadable-request.js';

export const BODY_LIMIT_BYTES = 1024 * 1024;

/** Outside the prefix: for operators and their tools, not part of the versioned API. */
const OPS_ROUTES = ['health/live', 'health/ready', 'metrics'];

/** How long a client may take; none of them limits how long we do, see `dataSourceOptions` for that. */
export const TIMEOUTS = {
  /** To send a request, from its first byte to its last. */
  requestMs: 30_000,
  headersMs: 10_000,
  /** With neither side sending: for one that does not read its answer. Longer than any answer takes to prepare. */
  silenceMs: 120_000,
  /** Between two requests: longer than the 60 s after which load balancers usually let go. */
  keepAliveMs: 72_000,
  checkEveryMs: 5_000,
};

/** @param trustProxy whose X-Forwarded-For is believed; nobody's unless it is given: anyone can send one. */
export function createAdapter(
  { trustProxy }: Pick<Config['http'], 'trustProxy'> = {},
  timeouts = TIMEOUTS,
): FastifyAdapter {
  return new FastifyAdapter({
    trustProxy: believing(trustProxy),
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.silenceMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkEveryMs },
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    frameworkErrors,
    clientErrorHandler: answerUnreadable,
  });
}

/** Given a number of proxies in a row, it is the nearest that are believed: a client can put any number of addresses before theirs. */
function believing(proxies: Config['http']['trustProxy']) {
  if (proxies === undefined) return false;
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : [...proxies];
}

/** A path that Fastify itself turns away, before any filter: not decodable, or with an id longer than any of ours. */
function frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem =
    error.code === 'FST_ERR_BAD_URL'
      ? new MalformedRequest('the path is not a valid URL path')
      : new ResourceNotFound('resource');
  sendProblem(problem, request, reply);
}

/** Everything about the HTTP side that is not a module's: the same for the product and for tests. */
export async function configureApp(app: NestFastifyApplication, config: Config): Promise<void> {
  acceptEmptyJson(app);
  acceptNothingButJson(app);
  app.setGlobalPrefix('api/v1', { exclude: OPS_ROUTES });
  const server = app.getHttpAdapter().getInstance();
  logRequests(server);
  await sendSecurityHeaders(server, {
    contentSecurityPolicy: {
      directives: { 'upgrade-insecure-requests': null, 'img-src': [`'self'`, 'data:'] },
    },
    strictTransportSecurity: config.env === 'production',
  });
  app.get(Metrics).observe(server);
  app.get(Draining).observe(server);
  app.get(Admission).observe(server);
  serveDocs(app, config);
}

/** Many clients send `Content-Type: application/json` with every POST; without a body that is no body, not a broken one. */
function acceptEmptyJson(app: NestFastifyApplication): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request as FastifyRequest, body.toString(), done);
  });
}

/** Mail programs post a form there (RFC 8058); the address says all that matters. */
const TAKES_FORMS = '/api/v1/unsubscribe';

/** Left to themselves, Fastify would take text for a body, and Nest a form. */
function acceptNothingButJson(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  for (const form of ['application/x-www-form-urlencoded', 'multipart/form-data'])
    app.useBodyParser(form, {}, (request, _body, done) => {
      if ((request as FastifyRequest).routeOptions.url === TAKES_FORMS) done(null, undefined);
      else done(new UnsupportedMediaTypeException('send JSON, with Content-Type: application/json'));
    });
}
