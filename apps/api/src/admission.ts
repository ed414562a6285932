import { CONFIG, type Config } from '@app/config';
import { sendProblem, Unavailable } from '@app/http';
import { Metrics, poolOf } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import { DataSource } from 'typeorm';

/**
 * Statements that may be ahead of one that starts to wait, for each connection. At the usual few milliseconds a statement that is a tenth
 * of a second, at a slow 50 ms less than one: whoever waits longer is better told so than kept.
 */
export const WAITING_PER_CONNECTION = 16;

const RETRY_AFTER_SECONDS = 1;

/** Operators and their tools see what is going on, all the more when there is too much of it. By route: a path can be written in many ways. */
const API = '/api/';

/**
 * Turns requests away, before their body is read, while more wait for a connection to the database than can be served soon. Those that
 * wait are served in time, and the process does not fill up with those that nobody waits for any more.
 */
@Injectable()
export class Admission {
  private readonly mostWaiting: number;
  private readonly refused: Counter;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(CONFIG) { database }: Config,
    { registry }: Metrics,
  ) {
    this.mostWaiting = WAITING_PER_CONNECTION * database.poolSize;
    this.refused = new Counter({
      name: 'travellr_requests_refused_total',
      help: 'Requests answered 503 at once, since too many others were waiting for a connection to the database',
      registers: [registry],
    });
  }

  observe(server: FastifyInstance): void {
    const pool = poolOf(this.dataSource);
    server.addHook('onRequest', (request, reply, done) => {
      if (pool.waitingCount < this.mostWaiting || !request.routeOptions.url?.startsWith(API)) return done();
      this.refused.inc();
      const problem = new Unavailable(
        'too many requests wait for the database: send this one again a little later',
        {},
        RETRY_AFTER_SECONDS,
      );
      sendProblem(problem, request, reply);
    });
  }
}
