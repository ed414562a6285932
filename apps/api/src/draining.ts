import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Half of what `docker stop` grants: the worker and the database want their share. */
const ANSWER_WITHIN_MS = 5_000;

/** Who asks at all often has asked by then. */
const LET_GO_WITHIN_MS = 5_000;

/**
 * How the API stops listening: whatever was asked is answered, with `Connection: close`; connections on which nothing was
 * asked are closed; what is left after the deadline, such as half a body, is cut. All this before the worker and the database stop.
 */
@Injectable()
export class Draining implements OnModuleDestroy {
  private readonly sockets = new Set<Socket>();
  private server?: Server;
  private isDraining = false;

  observe(fastify: FastifyInstance): void {
    this.server = fastify.server;
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.isDraining) void reply.header('connection', 'close');
      done();
    });
  }

  /**
   * For a process that has a successor: it takes no new connections, and of those it has each is closed by the answer to its next request, so
   * that nobody sends one into a connection that is just being closed. Resolves when all are gone, or after some seconds.
   */
  async letGo(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    this.isDraining = true;
    NetServer.prototype.close.call(server); // that of http would close idle connections
    const gone = [...this.sockets].map((socket) => once(socket, 'close').catch(() => undefined));
    await Promise.race([Promise.all(gone), sleep(LET_GO_WITHIN_MS, undefined, { ref: false })]);
  }

  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    if (!server || !(server.listening || this.isDraining)) return;
    this.isDraining = true;
    const deadline = setTimeout(() => server.closeAllConnections(), ANSWER_WITHIN_MS);
    await new Promise((closed) => {
      server.close(closed);
      // Node takes a connection without a first request for a busy one; browsers open such in advance.
      for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
    });
    clearTimeout(deadline);
  }
}
