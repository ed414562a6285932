import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** All that is assigned to the public internet (RFC 4291 section 2.4); `::127.0.0.1` and the like lie outside. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * An address of the public internet by its number only: in Azure the host below each virtual machine answers to it
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const AZURE_HOST = '168.63.129.16';

/**
 * Whether an IP address is one of the public internet: not of this machine, a private network, a link (where clouds keep their metadata),
 * a group or a reserved block. What carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) does not get past either.
 */
export function isPublicAddress(text: string): boolean {
  if (!isIP(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || address.toString() === AZURE_HOST) return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
