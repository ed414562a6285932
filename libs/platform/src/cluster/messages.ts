import type { Config } from '@app/config';

/** Something that one process wants of all others. `about` and the answers are JSON. */
export interface Question {
  readonly type: 'travellr:question';
  readonly id: number;
  readonly topic: string;
  readonly about: unknown;
  /** Who has not answered by then is left out. */
  readonly withinMs: number;
}

export interface Answer {
  readonly type: 'travellr:answer';
  readonly id: number;
  readonly answer: unknown;
}

export interface Answers {
  readonly type: 'travellr:answers';
  readonly id: number;
  readonly answers: readonly unknown[];
  /** How many have not answered in time. */
  readonly missing: number;
}

/** From a process that answers requests, to the one that started it. */
export type FromReplica =
  | { readonly type: 'travellr:hello' }
  | { readonly type: 'travellr:ready'; readonly url: string }
  /** It listens no more: once the other side has heard that, it hands out no more connections to it. */
  | { readonly type: 'travellr:leaving' }
  | Question
  | Answer;

export type ToReplica =
  | { readonly type: 'travellr:config'; readonly config: Config }
  | { readonly type: 'travellr:stop' }
  /** Stop, in favour of a successor that is up already: there is time to let clients go. */
  | { readonly type: 'travellr:retire' }
  /** Comes after every connection that was handed out before `travellr:leaving` was heard. */
  | { readonly type: 'travellr:left' }
  | Question
  | Answers;
