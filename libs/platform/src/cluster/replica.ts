import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Answers, FromReplica, Question, ToReplica } from './messages.js';

/** A process that answers requests, as the one that started it sees it. */
export class Replica {
  private readonly worker: Worker = cluster.fork();
  private readonly awaited = new Map<number, (answer: unknown) => void>();
  private questions = 0;
  private isListening = false;
  private upSince?: number;

  /** Resolves with how it ended: an exit code, or the signal that killed it. */
  readonly ended: Promise<string>;
  /** The address it answers on; undefined when it ended before. */
  readonly ready: Promise<string | undefined>;

  /** @param onQuestion what it wants to know of the others. */
  constructor(config: ToReplica, onQuestion: (question: Question, from: Replica) => void) {
    this.worker.on('error', () => undefined); // its end says all
    this.ended = once(this.worker, 'exit').then(([code, signal]: (number | string | null)[]) => {
      for (const answered of this.awaited.values()) answered(undefined);
      return signal ? String(signal) : `exit code ${code}`;
    });
    const up = new Promise<string>((resolve) => {
      this.worker.on('message', (message: FromReplica) => {
        if (message.type === 'travellr:hello') {
          this.isListening = true;
          this.send(config);
        } else if (message.type === 'travellr:ready') {
          this.upSince = performance.now();
          resolve(message.url);
        } else if (message.type === 'travellr:leaving') this.send({ type: 'travellr:left' });
        else if (message.type === 'travellr:question') onQuestion(message, this);
        else if (message.type === 'travellr:answer') this.awaited.get(message.id)?.(message.answer);
      });
    });
    this.ready = Promise.race([up, this.ended.then(() => undefined)]);
  }

  /** How long it has been answering requests. */
  get upForMs(): number {
    return this.upSince === undefined ? 0 : performance.now() - this.upSince;
  }

  /** @returns nothing where it does not listen yet, or no more; `late` when it does not answer in time. */
  async ask({ topic, about, withinMs }: Question): Promise<{ answer: unknown } | 'late' | undefined> {
    if (!this.isListening || !this.worker.isConnected()) return undefined;
    const id = ++this.questions;
    return new Promise((resolve) => {
      const limit = setTimeout(() => settle('late'), withinMs);
      const settle = (outcome: { answer: unknown } | 'late') => {
        clearTimeout(limit);
        this.awaited.delete(id);
        resolve(outcome);
      };
      this.awaited.set(id, (answer) => settle({ answer }));
      this.send({ type: 'travellr:question', id, topic, about, withinMs });
    });
  }

  hear(answers: Answers): void {
    this.send(answers);
  }

  /** Asks it to end, and sees to it that it does. @param how `retire` gives its clients time to go elsewhere. */
  async end(how: 'stop' | 'retire', withinMs: number): Promise<void> {
    if (this.isListening) this.send({ type: `travellr:${how}` });
    else this.worker.process.kill(); // it would not hear it, and has nothing to finish
    const limit = setTimeout(() => this.worker.process.kill('SIGKILL'), withinMs);
    await this.ended;
    clearTimeout(limit);
  }

  private send(message: ToReplica): void {
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }
}
