import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Half of what `docker stop` grants: the worker and the database want their share. */
const ANSWER_WITHIN_MS = 5_000;

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

  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
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
