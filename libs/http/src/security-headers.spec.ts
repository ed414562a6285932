import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import { sendSecurityHeaders } from './security-headers.js';

describe('security headers', () => {
  const options = { contentSecurityPolicy: { directives: { 'img-src': [`'self'`, 'data:'] } } };
  const ofItsOwn = ['connection', 'content-length', 'content-type', 'date'];

  it('are those that helmet would send, whatever the answer', async () => {
    const [ours, helmets] = [fastify(), fastify()];
    await sendSecurityHeaders(ours, options);
    await helmets.register(helmet, options);

    for (const server of [ours, helmets]) {
      server.get('/good', () => 'ok');
      server.get('/bad', () => {
        throw new Error('bad');
      });
    }
    for (const path of ['/good', '/bad', '/nowhere']) {
      const [sent, expected] = await Promise.all([ours, helmets].map((server) => server.inject(path)));
      for (const name of ofItsOwn) delete expected!.headers[name];
      expect(Object.keys(expected!.headers).length).toBeGreaterThan(10);
      expect(sent!.headers).toMatchObject(expected!.headers);
    }
  });
});
