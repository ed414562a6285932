import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answers, FromReplica, Question, ToReplica } from './messages.js';

type Answering = (about: unknown) => Promise<unknown>;

const answering = new Map<string, Answering>();
const awaited = new Map<number, (answers: Answers) => void>();
let questions = 0;

/** Whether others answer on the same port, started by the same process as this one. */
export const hasSiblings = cluster.isWorker;

/** Has questions of siblings about `topic` answered. Without it they hear `undefined`. */
export function answerSiblings(topic: string, answer: Answering): void {
  answering.set(topic, answer);
}

/**
 * Asks the processes beside this one, by way of the one that started them all.
 * @returns what they answered within `withinMs`, and how many did not.
 */
export async function askSiblings(
  topic: string,
  about: unknown,
  withinMs: number,
): Promise<Pick<Answers, 'answers' | 'missing'>> {
  const id = ++questions;
  const answered = new Promise<Answers>((resolve) => awaited.set(id, resolve));
  tellPrimary({ type: 'travellr:question', id, topic, about, withinMs });
  const giveUp = new AbortController();
  const late = sleep(withinMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
  try {
    return (await Promise.race([answered, late])) ?? { answers: [], missing: 1 };
  } finally {
    awaited.delete(id);
    giveUp.abort();
  }
}

/** A primary that is gone takes this process along: then nothing need be told any more. */
export function tellPrimary(message: FromReplica): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Starts to answer siblings and to hear their answers. */
export function joinSiblings(): void {
  process.on('message', (message: ToReplica) => {
    if (message.type === 'travellr:question') void answer(message);
    else if (message.type === 'travellr:answers') awaited.get(message.id)?.(message);
  });
}

async function answer({ id, topic, about }: Question): Promise<void> {
  const answer = await answering
    .get(topic)?.(about)
    .catch(() => undefined);
  tellPrimary({ type: 'travellr:answer', id, answer });
}
