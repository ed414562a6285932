import type { Narrator } from './narrator.js';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** The answer was not the one that the story needs. */
export class UnexpectedAnswer extends Error {}

/** A visitor of the REST API, or, with a token, somebody. */
export class Client {
  constructor(
    private readonly base: string,
    private readonly narrator: Narrator,
    private readonly name = '',
    private readonly token?: string,
  ) {}

  as(name: string, token: string): Client {
    return new Client(this.base, this.narrator, name, token);
  }

  /** Tells of the request. @throws UnexpectedAnswer when its status is another. */
  async expect<T>(status: number, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const answer = await this.send<T>(method, path, body);
    this.narrator.request({ who: this.name, method, path, status: answer.status });
    if (answer.status !== status) {
      throw new UnexpectedAnswer(
        `${method} ${path}: ${status} was expected, not ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    }
    return answer.body;
  }

  /** Without a word, whatever comes. */
  async send<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer<T>> {
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(this.token && { authorization: `Bearer ${this.token}` }),
    };
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.base}/api/v1${path}`, request);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }
}
