import { Injectable } from '@nestjs/common';
import { Resolver } from 'node:dns/promises';

/** The target is not on the public internet. Which address was found instead is not told: it may be of the operator's own network. */
export class TargetNotPublic extends Error {
  constructor() {
    super('the host has an address that is not of the public internet');
    this.name = 'TargetNotPublic';
  }
}

export interface TargetAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const QUERY_TIMEOUT_MS = 2_000;
const QUERY_TRIES = 2;

/**
 * Finds the addresses of targets by DNS alone, without getaddrinfo: that one reads the hosts file and search domains of this machine, and
 * a name server that does not answer would hold the few threads that file access and password hashing need too.
 */
@Injectable()
export class TargetResolver {
  private readonly dns = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });

  /** @param servers for tests: `127.0.0.1:5353` in place of the machine's own. */
  constructor(
    private readonly isAllowed: (address: string) => boolean,
    servers?: readonly string[],
  ) {
    if (servers) this.dns.setServers(servers);
  }

  /** @throws TargetNotPublic when any of the addresses is not: an attacker may mix them. */
  async resolve(host: string): Promise<TargetAddress[]> {
    const [v4, v6] = await Promise.allSettled([this.dns.resolve4(host), this.dns.resolve6(host)]);
    const found = [...addressesIn(v4, 4), ...addressesIn(v6, 6)];
    if (found.length === 0) throw v4.status === 'rejected' ? v4.reason : new Error(`${host} has no address`);
    this.check(...found.map(({ address }) => address));
    return found;
  }

  /** Ends the questions that are open. */
  cancel(): void {
    this.dns.cancel();
  }

  /** @throws TargetNotPublic */
  check(...addresses: string[]): void {
    if (!addresses.every((address) => this.isAllowed(address))) throw new TargetNotPublic();
  }
}

function addressesIn(answer: PromiseSettledResult<string[]>, family: 4 | 6): TargetAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}
