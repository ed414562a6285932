import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Answer, ApiClient } from './client.js';
import type { Deployment } from './deployment.js';
import type { Person } from './shop.js';

const RETRY_AFTER_MS = 200;

/** Clients of processes that are killed: whoever gets no answer, or is told to wait, sends the same request again to whatever process there is. */
export class InsistentClients {
  private answers = 0;
  /** What people go on with when their first token has run out. */
  private readonly renewed = new Map<Person, ApiClient>();
  private readonly waiting = new Set<{ at: number; resolve: () => void }>();

  constructor(private readonly deployment: Deployment) {}

  /** With one key until it is answered for good. */
  async post(person: Person, path: string, body: object): Promise<Answer> {
    const key = randomUUID();
    for (;;) {
      const url = await this.deployment.url();
      const answer = await (this.renewed.get(person) ?? person)
        .at(url)
        .post(path, body, { 'idempotency-key': key })
        .catch(() => undefined);
      this.count(answer);
      if (answer?.status === 401) await this.renew(person, url);
      else if (answer && !isForLater(answer)) return answer;
      else if (answer) await setTimeout(RETRY_AFTER_MS);
    }
  }

  /** Resolves at that many more answers, while others are under way. */
  answered(more: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add({ at: this.answers + more, resolve });
    });
  }

  private async renew(person: Person, url: string): Promise<void> {
    const client = await person
      .at(url)
      .signIn(person.credentials)
      .catch(() => undefined);
    if (client) this.renewed.set(person, client);
  }

  private count(answer: Answer | undefined): void {
    if (answer) this.answers += 1;
    for (const waiter of this.waiting) {
      if (this.answers < waiter.at) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }
}

/** The first request with this key, or another attempt, is still being finished by recovery. */
function isForLater({ status, body }: Answer): boolean {
  return (
    status === 409 && ['/problems/request-in-progress', '/problems/payment-in-progress'].includes(body.type)
  );
}
