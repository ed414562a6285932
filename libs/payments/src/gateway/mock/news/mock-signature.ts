import { createHmac, timingSafeEqual } from 'node:crypto';
import { CONFIG, type Config } from '@app/config';
import { Clock } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { WebhookUnverified, type WebhookRequest } from '../../payment-gateway.js';

export const SIGNATURE_HEADER = 'mock-signature';
const TOLERANCE_SECONDS = 300;

/**
 * Signs the mock's webhooks as Stripe signs its own (docs.stripe.com/webhooks#verify-manually): `t=<unix seconds>,v1=<hex HMAC-SHA256 of
 * "t.body">`, of which there may be several v1 while a secret is being replaced.
 */
@Injectable()
export class MockSignature {
  private readonly secret: Buffer;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'jwtSecret'>,
    private readonly clock: Clock,
  ) {
    if (!config.jwtSecret) throw new Error('JWT_SECRET must be set, or generated, before the mock is built');
    // Of its own, so that whoever learns it can sign no token.
    this.secret = createHmac('sha256', config.jwtSecret).update('mock gateway webhooks').digest();
  }

  /** The header's value for a body that is sent now. */
  sign(body: string, at = this.clock.now()): string {
    const time = seconds(at);
    return `t=${time},v1=${this.expected(time, Buffer.from(body)).toString('hex')}`;
  }

  /** @throws WebhookUnverified */
  verify({ body, headers }: WebhookRequest): void {
    const header = headers[SIGNATURE_HEADER];
    if (typeof header !== 'string') throw new WebhookUnverified(`the header ${SIGNATURE_HEADER} is missing`);
    const parts = header.split(',').map((part) => part.trim().split('='));
    const valuesOf = (wanted: string) =>
      parts.flatMap(([name, value]) => (name === wanted && value !== undefined ? [value] : []));
    const [time = ''] = valuesOf('t');
    const signatures = valuesOf('v1');
    if (!/^\d{1,12}$/.test(time) || signatures.length === 0)
      throw new WebhookUnverified(`the header ${SIGNATURE_HEADER} must read t=<unix seconds>,v1=<signature>`);
    const expected = this.expected(Number(time), body);
    if (!signatures.some((signature) => matches(signature, expected)))
      throw new WebhookUnverified('the signature is not of this body');
    if (Math.abs(seconds(this.clock.now()) - Number(time)) > TOLERANCE_SECONDS)
      throw new WebhookUnverified(`it was signed more than ${TOLERANCE_SECONDS} s from now`);
  }

  private expected(time: number, body: Buffer): Buffer {
    return createHmac('sha256', this.secret).update(`${time}.`).update(body).digest();
  }
}

function matches(signature: string, expected: Buffer): boolean {
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);
