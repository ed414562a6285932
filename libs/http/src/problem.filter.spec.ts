import { HttpException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { InvalidRequest, Unauthenticated, Unavailable } from './http.errors.js';
import { ProblemFilter } from './problem.filter.js';

/** What the filter answers, without a server. */
function answerTo(thrown: unknown) {
  const headers: Record<string, string> = {};
  const answer = { status: 0, headers, body: {} as Record<string, unknown> };
  const reply = {
    status: (status: number) => Object.assign(reply, { sent: (answer.status = status) }),
    header: (name: string, value: string) => Object.assign(reply, { set: (headers[name] = value) }),
    send: (body: string) => (answer.body = JSON.parse(body)),
  };
  const http = {
    getResponse: () => reply,
    getRequest: () => ({ id: 'r1', method: 'GET', url: '/x?secret=1' }),
  };
  const filter = new ProblemFilter();
  Object.assign(filter, { logger: { error: () => undefined, warn: () => undefined } });
  filter.catch(thrown, { switchToHttp: () => http } as unknown as ArgumentsHost);
  return answer;
}

const failedQuery = (code: string) =>
  new QueryFailedError('SELECT 1', [], Object.assign(new Error('x'), { code }));

describe('the problem filter', () => {
  it('writes what a client can understand', () => {
    const answer = answerTo(InvalidRequest.field('email', 'must be an email'));
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: '/problems/invalid-request',
        status: 422,
        requestId: 'r1',
        errors: [{ field: 'email', message: 'must be an email' }],
      },
    });
  });

  it('says how to authenticate, and when to come back', () => {
    expect(answerTo(new Unauthenticated('x')).headers['www-authenticate']).toBe('Bearer');
    expect(answerTo(new Unavailable('x', {}, 3)).headers['retry-after']).toBe('3');
    for (const unforeseen of [new Unavailable('x'), new HttpException('down', 503), failedQuery('40P01')])
      expect(answerTo(unforeseen).headers['retry-after']).toBe('1');
  });

  it.each([
    [new NotFoundException(), 404, 'not-found'],
    [new HttpException('too large', 413), 413, 'body-too-large'],
    [new HttpException('not valid JSON', 400), 400, 'malformed-request'],
    [new HttpException('Unsupported Media Type', 415), 400, 'malformed-request'],
    [new HttpException('down', 503), 503, 'temporarily-unavailable'],
    [failedQuery('40P01'), 503, 'temporarily-unavailable'],
    [Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), 400, 'malformed-request'],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 503, 'temporarily-unavailable'],
  ])('understands the framework and the database: %s', (thrown, status, code) => {
    expect(answerTo(thrown)).toMatchObject({ status, body: { type: `/problems/${code}` } });
  });

  it.each([new Error('password=hunter2'), failedQuery('42P01'), new HttpException('x', 500), 'thrown text'])(
    'tells nothing of what nobody foresaw: %s',
    (thrown) => {
      const { status, body } = answerTo(thrown);
      expect(status).toBe(500);
      expect(body).toEqual({
        type: '/problems/internal-error',
        title: expect.any(String),
        status: 500,
        detail: expect.not.stringContaining('hunter2'),
        requestId: 'r1',
      });
    },
  );
});
