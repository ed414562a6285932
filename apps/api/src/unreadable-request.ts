import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HeadersTooLarge, MalformedRequest, PROBLEM_TYPE, problemOf, RequestTimedOut } from '@app/http';
import { newId, type DomainError } from '@app/kernel';

/** Answers what never became a request, so that no hook, route or filter sees it: Node's parser gave up on it. Closes the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answerTo(error));
  socket.destroy(error);
}

function answerTo(error: NodeJS.ErrnoException): string {
  const problem = problemOf(understand(error), newId());
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function understand({ code }: NodeJS.ErrnoException): DomainError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimedOut('send the head of a request within 10 s, and all of it within 30 s');
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLarge('send at most 16 KiB of headers, the URL included');
    default:
      return new MalformedRequest('this is no request of HTTP/1.1 (RFC 9112)');
  }
}
