import { StripeApiError, type StripeErrorBody } from './errors.js';
import type { SeenRequest } from './exchange.js';

/**
 * Where in its life a request is interfered with. `before`: it has not reached Stripe yet. `during`: Stripe is at it, and its key
 * is taken. `after`: it was carried out, and its answer is on the way.
 */
export type Stage = 'after' | 'before' | 'during';
type Interference = (request: SeenRequest) => Promise<'drop' | 'go on'>;

/** A request that stands still until the test lets it go on. */
export interface Hold {
  /** Resolves when such a request is there. */
  readonly arrived: Promise<SeenRequest>;
  readonly release: () => void;
  /** The connection ends; held before, the request has never been. */
  readonly drop: () => void;
}

interface Fault {
  readonly method: string;
  readonly path: RegExp;
  readonly stage: Stage;
  readonly interfere: Interference;
  times: number;
}

const ERRORS: Readonly<Record<number, StripeErrorBody>> = {
  402: {
    type: 'card_error',
    code: 'card_declined',
    message: 'Your card was declined.',
    decline_code: 'generic_decline',
  },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
  500: { type: 'api_error', message: 'An unknown error occurred.' },
  503: { type: 'api_error', message: 'Stripe is temporarily unavailable.' },
};

/** What goes wrong on purpose, each for the next request that matches. */
export class Faults {
  private readonly faults: Fault[] = [];
  private readonly held = new Set<Hold>();
  private endAll!: () => void;
  /** What no answer comes to; the connection ends when the fake is closed. */
  readonly never = new Promise<'none'>((resolve) => {
    this.endAll = () => resolve('none');
  });

  /** Answers it with an error: before it is carried out, or instead of its answer. */
  fail(
    method: string,
    path: RegExp,
    status: number,
    { stage = 'before', times = 1, error }: { stage?: Stage; times?: number; error?: StripeErrorBody } = {},
  ): void {
    const body = error ?? ERRORS[status] ?? { type: 'api_error', message: `Status ${status}.` };
    const interfere = () => Promise.reject(new StripeApiError(status, body, stage !== 'before'));
    this.faults.push({ method, path, stage, times, interfere });
  }

  hold(method: string, path: RegExp, stage: Stage): Hold {
    let arrive!: (request: SeenRequest) => void;
    let decide!: (decision: 'drop' | 'go on') => void;
    const arrived = new Promise<SeenRequest>((resolve) => {
      arrive = resolve;
    });
    const decided = new Promise<'drop' | 'go on'>((resolve) => {
      decide = resolve;
    });
    const interfere: Interference = (request) => {
      arrive(request);
      return decided;
    };
    this.faults.push({ method, path, stage, times: 1, interfere });
    const hold = { arrived, release: () => decide('go on'), drop: () => decide('drop') };
    this.held.add(hold);
    return hold;
  }

  /** Carries it out and never answers. */
  silence(method: string, path: RegExp): void {
    this.hold(method, path, 'after');
  }

  /** Ends the connection without an answer. */
  drop(method: string, path: RegExp, stage: Exclude<Stage, 'during'>): void {
    const interfere = () => Promise.resolve('drop' as const);
    this.faults.push({ method, path, stage, times: 1, interfere });
  }

  /** @throws StripeApiError what it is answered instead. */
  async at(stage: Stage, request: SeenRequest): Promise<'drop' | 'go on'> {
    const fault = this.faults.find(
      (each) => each.stage === stage && each.method === request.method && each.path.test(request.path),
    );
    if (!fault) return 'go on';
    fault.times -= 1;
    if (fault.times === 0) this.faults.splice(this.faults.indexOf(fault), 1);
    return fault.interfere(request);
  }

  /** Lets go of everything that is held. */
  close(): void {
    for (const hold of this.held) hold.drop();
    this.endAll();
  }
}
