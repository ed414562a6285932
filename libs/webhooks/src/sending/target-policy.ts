import type { Config } from '@app/config';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isPublicAddress } from './public-address.js';

/**
 * Where webhooks may go: to the public internet, but not to this machine by an address that it has there, nor to what the operator
 * refuses. Of his own network he alone knows what lies at public addresses: with IPv6 that is often all of it.
 */
export class TargetPolicy {
  /** Whether any target will do, as in development. */
  readonly allowsAny: boolean;
  private readonly refused: BlockList;

  /** @param ownAddresses asked each time: interfaces come and go. */
  constructor(
    { allowPrivate, refused }: Config['webhooks'],
    private readonly ownAddresses: () => readonly string[] = addressesOfThisMachine,
  ) {
    this.allowsAny = allowPrivate;
    this.refused = listOf(refused);
  }

  /** What can be told of the host of a URL by itself. What a name leads to is for {@link allows}, at each connection. */
  allowsHost(host: string): boolean {
    // RFC 6761 section 6.3
    return isIP(host) ? this.allows(host) : this.allowsAny || !/(^|\.)localhost\.?$/.test(host);
  }

  allows(address: string): boolean {
    if (this.allowsAny) return true;
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    const lists = () => [this.refused, listOf(this.ownAddresses())];
    return isPublicAddress(address) && !lists().some((list) => list.check(address, family));
  }
}

const addressesOfThisMachine = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/** @param ranges addresses, and CIDR blocks of them. */
function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
