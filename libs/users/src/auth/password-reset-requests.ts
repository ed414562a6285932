import { createHash } from 'node:crypto';
import { Transactor } from '@app/database';
import { Job, Jobs, PasswordResetRequested, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UsersRepository } from '../users.repository.js';

const JOB = 'request-password-reset';

interface Payload {
  /** Null: nobody has that address. */
  readonly userId: string | null;
}

/**
 * Somebody says that he forgot the password of an address. The request does the same for an address that nobody has: one look and one
 * job. What differs happens in the job, where nobody measures it.
 */
@Job(JOB)
@Injectable()
export class PasswordResetRequests implements JobHandler<Payload> {
  constructor(
    private readonly users: UsersRepository,
    private readonly jobs: Jobs,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
  ) {}

  /** Requests for one address that wait at the same time become one. */
  async request(email: string): Promise<void> {
    const known = await this.users.findByEmail(email);
    const payload: Payload = { userId: known?.id ?? null };
    const key = `${JOB}:${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;
    await this.transactor.run((tx) => this.jobs.enqueue(JOB, payload, tx, { key }));
  }

  /** A closed account stays closed: nothing is sent. */
  async run({ userId }: Payload): Promise<void> {
    if (userId === null) return;
    await this.transactor.run(async (tx) => {
      const user = await this.users.lock(userId, tx);
      if (user?.isActive) await this.events.publish(new PasswordResetRequested({ userId }), tx);
    });
  }
}
