import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTransient } from '@app/database';
import { DomainError, type ErrorKind } from '@app/kernel';
import {
  BodyTooLarge,
  InternalError,
  MalformedRequest,
  ResourceNotFound,
  Unavailable,
} from './http.errors.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  'payment-required': 402,
  forbidden: 403,
  'not-found': 404,
  'timed-out': 408,
  conflict: 409,
  'too-large': 413,
  invalid: 422,
  'rate-limited': 429,
  'headers-too-large': 431,
  unavailable: 503,
};

export const statusOf = (kind: ErrorKind): number => STATUS[kind];

/** Turns every error into `application/problem+json` (RFC 9457). What nobody foresaw becomes a bare 500 and a log line. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const error = understand(thrown, request);
    if (!error) this.logger.error(thrown);
    else if (error instanceof Unavailable && !(thrown instanceof DomainError)) this.logger.warn(thrown);
    sendProblem(error, request, reply);
  }
}

/** The body of an answer. @param error undefined for one that nobody foresaw. */
export function problemOf(error: DomainError | undefined, requestId: string) {
  const { code, title } = error ?? InternalError;
  return {
    ...error?.details,
    type: `/problems/${code}`,
    title,
    status: error ? statusOf(error.kind) : InternalError.status,
    detail: error?.message ?? 'the error was logged under this request id',
    requestId,
  };
}

/** @param error undefined for one that nobody foresaw. */
export function sendProblem(
  error: DomainError | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = problemOf(error, request.id);
  if (error?.kind === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
  if (error?.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds));
  void reply.status(problem.status).header('content-type', PROBLEM_TYPE).send(JSON.stringify(problem));
}

function understand(thrown: unknown, request: FastifyRequest): DomainError | undefined {
  if (thrown instanceof DomainError) return thrown;
  if (thrown instanceof HttpException) return fromFramework(thrown, request);
  if (isBrokenOff(thrown))
    return new MalformedRequest('the connection was lost before the body was complete');
  if (isTransient(thrown)) return new Unavailable('the database could not finish this just now', {}, 1);
  return undefined;
}

/** Errors of Nest and Fastify: a route that is not there, a body that cannot be read. */
function fromFramework(thrown: HttpException, request: FastifyRequest): DomainError | undefined {
  switch (thrown.getStatus()) {
    case 404:
      return new ResourceNotFound(`route ${request.method} ${request.url.split('?')[0]}`);
    case 413:
      return new BodyTooLarge('the body is larger than 1 MiB');
    case 503:
      return new Unavailable(thrown.message);
    default:
      return thrown.getStatus() < 500 ? new MalformedRequest(thrown.message) : undefined;
  }
}

/** The client went away in the middle of its request: Node's own error, which nobody is left to read. */
const isBrokenOff = (thrown: unknown): boolean =>
  (thrown as { code?: string; message?: string } | null)?.code === 'ECONNRESET' &&
  (thrown as Error).message === 'aborted';
