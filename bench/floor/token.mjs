import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';

const EXPECTED = { algorithms: ['HS256'], issuer: 'travellr', audience: 'api' };

/** Checks bearer tokens as the product does, but for what the product looks up of their users. */
export function tokenCheck(secret) {
  const key = createSecretKey(Buffer.from(secret));
  return async (request, reply) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    try {
      if (scheme !== 'Bearer') throw new Error('no token');
      request.userId = jwt.verify(token, key, EXPECTED).sub;
    } catch {
      return reply.code(401).send({ title: 'sign in' });
    }
  };
}
