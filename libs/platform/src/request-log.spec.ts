import { setImmediate } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { pino, type Level } from 'pino';
import { logRequests, requestOfLine } from './request-log.js';

describe('the log of requests', () => {
  const root = PinoLogger.root;
  let lines: Record<string, unknown>[];
  let server: FastifyInstance;

  /** A server with a route that logs a warning of its own. */
  function serve(level: Level): void {
    lines = [];
    const log = pino({ level, mixin: requestOfLine }, { write: (line) => void lines.push(JSON.parse(line)) });
    Object.assign(PinoLogger, { root: log });
    server = fastify({ genReqId: () => 'the-request' });
    logRequests(server);
    server.get('/health/live', () => 'ok');
    server.post('/trips', async () => {
      await setImmediate();
      log.warn('slow');
      return 'ok';
    });
  }

  afterEach(() => server.close());
  afterAll(() => void Object.assign(PinoLogger, { root }));

  const req = { id: 'the-request', method: 'POST', url: '/trips' };
  const ask = () => server.inject({ method: 'POST', url: '/trips', payload: { any: 'body' } });

  it('has a line for each answer, and names the request on the lines before it', async () => {
    serve('info');
    await ask();

    expect(lines).toMatchObject([
      { msg: 'slow', req },
      { msg: 'request completed', req, responseTime: expect.any(Number) },
    ]);
  });

  it('leaves out machines that look after us', async () => {
    serve('info');
    await server.inject('/health/live');

    expect(lines).toEqual([]);
  });

  it('still names the request when answers are not logged', async () => {
    serve('warn');
    await ask();

    expect(lines).toMatchObject([{ msg: 'slow', req }]);
  });
});
