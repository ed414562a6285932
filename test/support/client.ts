export interface Answer<T = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

type Extra = Readonly<Record<string, string>>;

/** A REST client as anyone would write it. */
export class ApiClient {
  /** @param renew signs in again when the access token has run out, as a real client would. */
  constructor(
    private readonly base: string,
    private token?: string,
    private readonly renew?: () => Promise<string>,
  ) {}

  as(token: string, renew?: () => Promise<string>): ApiClient {
    return new ApiClient(this.base, token, renew);
  }

  /** The same person at another process. */
  at(base: string): ApiClient {
    return new ApiClient(base, this.token);
  }

  async signIn(credentials: { email: string; password: string }): Promise<ApiClient> {
    const signIn = async () => {
      const { status, body } = await this.post('/auth/login', credentials);
      if (status !== 200) throw new Error(`${credentials.email} cannot sign in: ${JSON.stringify(body)}`);
      return body.accessToken as string;
    };
    return this.as(await signIn(), signIn);
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown, headers?: Extra): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  async send(method: string, path: string, body?: unknown, extra: Extra = {}): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...extra,
      },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 401 && this.renew) {
      return new ApiClient(this.base, (this.token = await this.renew())).send(method, path, body, extra);
    }
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : parse(text),
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
