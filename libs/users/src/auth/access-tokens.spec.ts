import { createHmac } from 'node:crypto';
import { ManualClock, newId } from '@app/kernel';
import { JwtService } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.js';
import { SIGNATURE, signingKey } from './signature.js';

describe('AccessTokens', () => {
  const secret = signingKey('a secret of thirty-two characters');
  const clock = new ManualClock();
  const serviceWith = (key = secret) =>
    new JwtService({ secret: key, signOptions: SIGNATURE.sign, verifyOptions: SIGNATURE.verify });
  const tokens = new AccessTokens(serviceWith(), clock);
  const user = { id: newId(), role: 'traveller' as const, tokenVersion: 3 };

  const partsOf = (token: string) => token.split('.') as [string, string, string];
  const decode = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('say who, which role, which version and for how long, and nothing else', () => {
    const [header, claims] = partsOf(tokens.issue(user));

    expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const issuedAt = clock.now().getTime() / 1000;
    expect(decode(claims)).toEqual({
      sub: user.id,
      role: 'traveller',
      version: 3,
      iss: 'travellr',
      aud: 'api',
      iat: issuedAt,
      exp: issuedAt + 900,
    });
  });

  it('last fifteen minutes', () => {
    const token = tokens.issue(user);

    clock.advance(15 * 60_000 - 1);
    expect(tokens.verify(token)).toEqual({ userId: user.id, version: 3 });
    clock.advance(1);
    expect(tokens.verify(token)).toBeUndefined();
  });

  it('cost one check of their signature, as long as they are among the last 2,000', () => {
    const service = serviceWith();
    const check = jest.spyOn(service, 'verify');
    const busy = new AccessTokens(service, clock);
    const token = busy.issue(user);

    for (let time = 0; time < 3; time += 1) expect(busy.verify(token)?.userId).toBe(user.id);
    expect(check).toHaveBeenCalledTimes(1);
    for (let version = 0; version < 2_000; version += 1)
      busy.verify(busy.issue({ ...user, tokenVersion: 100 + version }));
    expect(busy.verify(token)?.userId).toBe(user.id);
    expect(check).toHaveBeenCalledTimes(2_002);
  });

  it('are refused when not signed by us', () => {
    const others = new AccessTokens(serviceWith(signingKey('another secret of the same length')), clock);

    expect(tokens.verify(others.issue(user))).toBeUndefined();
    expect(tokens.verify('not a token')).toBeUndefined();
  });

  it.each([
    ['without an end', { exp: undefined }],
    ['without a user', { sub: undefined }],
    ['for a user that is no UUID', { sub: 'root' }],
    ['without a version', { version: undefined }],
    ['with a version that is no number', { version: '3' }],
  ])('are refused %s, though we signed them', (_, change) => {
    const [header, claims] = partsOf(tokens.issue(user));
    const input = `${header}.${encode({ ...decode(claims), ...change })}`;
    const signature = createHmac('sha256', secret).update(input).digest('base64url');

    expect(tokens.verify(`${input}.${signature}`)).toBeUndefined();
  });

  it('are refused with changed claims, without a signature, with another algorithm, issuer or audience', () => {
    const [header, claims, signature] = partsOf(tokens.issue(user));
    const signed = (head: object, body: object, hash = 'sha256') => {
      const input = `${encode(head)}.${encode(body)}`;
      return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
    };
    const { iss: _, ...withoutIssuer } = decode(claims);
    const { aud: __, ...withoutAudience } = decode(claims);

    for (const forged of [
      `${header}.${encode({ ...decode(claims), sub: newId() })}.${signature}`,
      `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`,
      signed({ alg: 'HS512', typ: 'JWT' }, decode(claims), 'sha512'),
      signed({ alg: 'HS256', typ: 'JWT' }, { ...decode(claims), iss: 'someone else' }),
      signed({ alg: 'HS256', typ: 'JWT' }, withoutIssuer),
      signed({ alg: 'HS256', typ: 'JWT' }, { ...decode(claims), aud: 'verify-email' }),
      signed({ alg: 'HS256', typ: 'JWT' }, withoutAudience),
    ]) {
      expect(tokens.verify(forged)).toBeUndefined();
    }
    expect(tokens.verify(signed({ alg: 'HS256', typ: 'JWT' }, decode(claims)))?.userId).toBe(user.id);
  });

  it('are never signed with nothing', () => {
    for (const missing of [undefined, '']) expect(() => signingKey(missing)).toThrow('JWT_SECRET');
  });
});
