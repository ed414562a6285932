import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';

/**
 * Helmet's headers on every answer. They are the same for all, so helmet is asked for them once, at start: it would compose the
 * content security policy anew for each request.
 */
export async function sendSecurityHeaders(
  server: FastifyInstance,
  options: FastifyHelmetOptions,
): Promise<void> {
  const headers = await headersOfHelmet(options);
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

async function headersOfHelmet(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const server = fastify();
  await server.register(helmet, options);
  server.get('/', (_request, reply) => reply.raw.getHeaders());
  const answer = await server.inject('/');
  return answer.json();
}
