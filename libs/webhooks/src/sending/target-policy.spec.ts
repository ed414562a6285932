import { loadConfig } from '@app/config';
import { networkInterfaces } from 'node:os';
import { TargetPolicy } from './target-policy.js';

const policyOf = (settings: Record<string, string>, own: readonly string[] = []) =>
  new TargetPolicy(loadConfig(settings).webhooks, () => own);

describe('webhooks go', () => {
  it('to no address of this machine, whatever it looks like and however it is written', () => {
    const own = ['93.184.215.14', '2a00:1450:4001::1', 'fe80::1'];
    const policy = policyOf({}, own);

    expect(
      ['93.184.215.14', '::ffff:93.184.215.14', '2A00:1450:4001:0::1'].map((a) => policy.allows(a)),
    ).toEqual([false, false, false]);
    expect(policy.allowsHost('93.184.215.14')).toBe(false);
    expect(['93.184.215.15', '2a00:1450:4001::2'].map((a) => policy.allows(a))).toEqual([true, true]);
  });

  it('to an address no longer, once this machine has it', () => {
    const own: string[] = [];
    const policy = policyOf({}, own);

    expect(policy.allows('93.184.215.14')).toBe(true);
    own.push('93.184.215.14');
    expect(policy.allows('93.184.215.14')).toBe(false);
  });

  it('to nothing that its interfaces have', () => {
    const policy = new TargetPolicy(loadConfig({}).webhooks);
    const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);

    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ address }) => policy.allows(address))).toEqual([]);
  });

  it('to nothing that the operator refuses, and to what is beside it', () => {
    const policy = policyOf({ WEBHOOKS_REFUSE: '8.8.8.0/24, 9.9.9.9,2620:fe::/48, ::ffff:4.4.4.0/120' });
    const refused = ['8.8.8.8', '::ffff:8.8.8.8', '9.9.9.9', '2620:fe::9', '2620:00fe:0:1::', '4.4.4.4'];

    expect(refused.filter((address) => policy.allows(address))).toEqual([]);
    expect(['8.8.9.8', '9.9.9.8', '2620:fe:1::9'].filter((address) => !policy.allows(address))).toEqual([]);
    expect(policy.allowsHost('hooks.example.com')).toBe(true);
  });

  it('anywhere, where private targets are wanted', () => {
    const policy = policyOf({ WEBHOOKS_ALLOW_PRIVATE: 'true' }, ['127.0.0.1']);

    expect(['127.0.0.1', '10.0.0.1', 'localhost'].filter((host) => !policy.allowsHost(host))).toEqual([]);
  });
});
