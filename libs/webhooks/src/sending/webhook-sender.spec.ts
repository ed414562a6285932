import { DnsServer } from '../../../../test/support/dns-server.js';
import { verified, WebhookReceiver } from '../../../../test/support/webhook-receiver.js';
import { newSecret } from '../endpoints/webhook-secret.js';
import { isPublicAddress } from './public-address.js';
import { signedMessage } from './signed-message.js';
import { TargetResolver } from './target-resolver.js';
import { WebhookSender } from './webhook-sender.js';

const message = { body: '{}', headers: { 'content-type': 'application/json' } };

/** Over real sockets, with a name server of its own. */
describe('the sender of webhooks', () => {
  let receiver: WebhookReceiver;
  let dns: DnsServer;
  const senders: WebhookSender[] = [];

  beforeAll(async () => {
    dns = await DnsServer.open();
  });
  beforeEach(async () => {
    receiver = await WebhookReceiver.open();
  });
  afterEach(() => receiver.close());
  afterAll(async () => {
    await Promise.all(senders.map((sender) => sender.onApplicationShutdown()));
    await dns.close();
  });

  function senderWith(resolver?: TargetResolver, timeoutMs?: number): WebhookSender {
    const sender = new WebhookSender(resolver, timeoutMs);
    senders.push(sender);
    return sender;
  }

  describe('with any target allowed', () => {
    const post = (url = receiver.url, timeoutMs?: number) =>
      senderWith(undefined, timeoutMs).post(url, message);

    it('posts what the verifier of the specification takes for genuine, with every secret that is valid', async () => {
      const [present, former] = [newSecret(), newSecret()];
      const event = { id: 'e-1', type: 'booking.created', occurredAt: new Date(0), data: { seats: 2 } };
      await senderWith().post(receiver.url, signedMessage(event, [present, former], new Date()));

      const [received] = receiver.received;
      const body = { type: 'booking.created', timestamp: '1970-01-01T00:00:00.000Z', data: { seats: 2 } };
      expect(verified(received!, present)).toEqual(body);
      expect(verified(received!, former)).toEqual(body);
      expect(() => verified(received!, newSecret())).toThrow('No matching signature');
      expect(received!.headers).toMatchObject({ 'webhook-id': 'e-1', 'content-type': 'application/json' });
    });

    it.each([200, 204, 400, 410, 500, 503])('reports the answer: %i', async (status) => {
      receiver.answer(status);
      expect(await post()).toMatchObject({
        status,
        error: null,
        excerpt: status === 204 ? '' : `${status}`,
        durationMs: expect.any(Number),
      });
    });

    it.each([301, 302, 307, 308])('follows no redirect: %i', async (status) => {
      receiver.answer(status, { location: `${receiver.url}/elsewhere` });
      expect(await post()).toMatchObject({ status, error: 'redirects are not followed' });
      expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
    });

    it('waits no longer than it should', async () => {
      receiver.hold();
      expect(await post(receiver.url, 200)).toMatchObject({ status: null, error: 'no answer within 200 ms' });
    });

    it('says nothing of a target when it is stopped itself', async () => {
      receiver.hold();
      const sender = senderWith();
      const posted = sender.post(receiver.url, message).catch((error: Error) => error.message);
      await receiver.arrivalOf(1);
      await sender.onApplicationShutdown();
      expect(await posted).toContain('destroyed');
    });

    it('survives one that hangs up, one that is down and one that does not speak HTTP', async () => {
      receiver.behave((response) => response.socket?.destroy());
      expect(await post()).toMatchObject({ status: null, error: expect.stringMatching(/./) });
      receiver.behave((response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'));
      expect(await post()).toMatchObject({ status: null, error: expect.stringMatching(/./) });
      const { url } = receiver;
      await receiver.close();
      receiver = await WebhookReceiver.open();
      expect(await post(url)).toMatchObject({ status: null, error: expect.stringContaining('ECONNREFUSED') });
    });

    it('reads no more than the first kilobyte of an answer, however long it is', async () => {
      receiver.behave((response) => {
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(10_000)));
        };
        response.on('drain', more);
        more();
      });
      expect(await post()).toMatchObject({ status: 200, error: null, excerpt: 'x'.repeat(1024) });
    });

    it('takes an answer whose body breaks off, or is no text', async () => {
      receiver.behave((response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      });
      expect(await post()).toMatchObject({ status: 200, error: null, excerpt: 'half' });
      receiver.behave((response) => response.end(Buffer.from([0x61, 0, 0x1b, 0xff, 0x62])));
      expect(await post()).toMatchObject({ status: 200, excerpt: 'a\ufffd\ufffd\ufffdb' });
    });
  });

  describe('with public targets only', () => {
    const NOT_PUBLIC = { status: null, error: 'the host has an address that is not of the public internet' };
    const post = (host: string) =>
      senderWith(new TargetResolver(isPublicAddress, [dns.address])).post(
        `http://${host}:${receiver.port}/`,
        message,
      );

    it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::127.0.0.1]', '2130706433', '0x7f.1', '0'])(
      'connects to no address of this machine: %s',
      async (host) => {
        expect(await post(host)).toMatchObject(NOT_PUBLIC);
        expect(receiver.received).toEqual([]);
      },
    );

    it.each([
      ['to this machine', ['127.0.0.1']],
      ['to this machine by IPv6', ['::1']],
      ['to the metadata of a cloud', ['169.254.169.254']],
      ['to a public address and a private one', ['1.1.1.1', '127.0.0.1']],
      ['to a public address and a private one by IPv6', ['1.1.1.1', '::ffff:10.0.0.1']],
    ])('connects to no name that leads %s', async (_, addresses) => {
      dns.say('hooks.example', addresses);
      expect(await post('hooks.example')).toMatchObject(NOT_PUBLIC);
      expect(receiver.received).toEqual([]);
    });

    it('asks for every connection anew, and connects to what it was told and has checked', async () => {
      dns.say('rebound.example', ['127.0.0.1'], ['127.0.0.2']);
      dns.questions.length = 0;
      const resolver = new TargetResolver((address) => address === '127.0.0.1', [dns.address]);
      const sender = senderWith(resolver);
      const url = `http://rebound.example:${receiver.port}/`;

      expect(await sender.post(url, message)).toMatchObject({ status: 200 });
      expect(dns.questions.sort()).toEqual(['A rebound.example', 'AAAA rebound.example']);
      expect(receiver.received.map(({ headers }) => headers.host)).toEqual([
        `rebound.example:${receiver.port}`,
      ]);

      expect(await sender.post(url, message)).toMatchObject(NOT_PUBLIC);
      expect(receiver.received).toHaveLength(1);
    });

    it('does not look into the hosts file of this machine', async () => {
      dns.say('localhost', []);
      expect(await post('localhost')).toMatchObject({ status: null });
      expect(receiver.received).toEqual([]);
    });

    it('waits no longer for a name server than for anything else', async () => {
      const sender = senderWith(new TargetResolver(isPublicAddress, [dns.address]), 100);
      const reply = await sender.post('http://silent.example/', message);
      expect(reply).toMatchObject({ status: null, error: expect.stringContaining('Timeout') });
    });
  });
});
