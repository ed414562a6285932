import { isPublicAddress } from './public-address.js';

describe('an address is', () => {
  it.each([
    '1.1.1.1',
    '93.184.215.14',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ])('public: %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::'],
    [
      'a private network',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      'fc00::1',
      'fd12:3456::1',
    ],
    ['a link, with the metadata of clouds', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254'],
    ['a carrier’s network', '100.64.0.1', '100.127.255.255'],
    ['the host below the virtual machines of Azure', '168.63.129.16', '::ffff:168.63.129.16'],
    ['a group, or everyone', '224.0.0.1', 'ff02::1', '255.255.255.255'],
    [
      'reserved',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.7',
      '240.0.0.1',
      '2001:db8::1',
      '3fff::1',
    ],
    ['not assigned, or no longer', '4000::1', 'fec0::1', '5f00::1', '100::1', '192.88.99.1'],
    [
      'IPv4 in disguise',
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '::127.0.0.1',
      '::7f00:1',
      '::ffff:0:7f00:1',
    ],
    ['IPv4 through a gateway', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::1', '2001:0:7f00:1::1'],
    ['no address at all', '', 'localhost', '1.1.1', '0x7f.0.0.1.1', '1.1.1.1 ', '[2606:4700::1111]'],
  ])('not public when it is %s', (_, ...addresses) =>
    expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]),
  );
});
