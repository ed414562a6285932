import type { Parameters } from './documented-parameters.js';
import { refused } from './errors.js';
import type { StripeObject } from './object-store.js';
import type { World } from './world.js';

const LINK_LIFE_S = 300;

/** Connected accounts: nothing goes to one before its owner has completed his details. */
export class Accounts {
  /** Whether accounts are created complete, as if their owners were quick. */
  onboarded = false;

  constructor(private readonly world: World) {}

  create(parameters: Parameters): StripeObject {
    const requested = Object.entries(
      (parameters['capabilities'] ?? {}) as Record<string, { requested?: boolean }>,
    )
      .filter(([, capability]) => capability.requested)
      .map(([name]) => [name, 'inactive'] as const);
    const account = this.world.objects.add('account', 'acct', {
      business_profile: parameters['business_profile'] ?? {},
      business_type: parameters['business_type'] ?? null,
      capabilities: Object.fromEntries(requested),
      charges_enabled: false,
      controller: parameters['controller'] ?? { type: 'application' },
      country: parameters['country'] ?? 'US',
      default_currency: parameters['default_currency'] ?? 'usd',
      details_submitted: false,
      email: parameters['email'] ?? null,
      metadata: parameters['metadata'] ?? {},
      payouts_enabled: false,
      requirements: { currently_due: ['external_account'], disabled_reason: 'requirements.past_due' },
      settings: parameters['settings'] ?? {},
      type: parameters['type'] ?? 'none',
    });
    if (this.onboarded) this.enable(account.id);
    return account;
  }

  get(id: string): StripeObject {
    return this.world.objects.get('account', id);
  }

  link({ account, type }: Parameters): object {
    this.world.objects.get('account', account, 'account');
    const created = Math.floor(this.world.now() / 1000);
    const url = `https://connect.stripe.test/setup/${type}/${account}/${created}`;
    return { object: 'account_link', created, expires_at: created + LINK_LIFE_S, url };
  }

  /** Its owner has completed his details. */
  enable(id: string): void {
    const account = this.get(id);
    for (const name of Object.keys(account['capabilities'])) account['capabilities'][name] = 'active';
    Object.assign(account, {
      charges_enabled: true,
      details_submitted: true,
      payouts_enabled: true,
      requirements: { currently_due: [], disabled_reason: null },
    });
    this.world.events.emit('account.updated', account);
  }

  /** @throws StripeApiError unless money can be transferred to it. */
  requireTransfersTo(id: string): void {
    const account = this.world.objects.get('account', id, 'destination');
    if (account['capabilities'].transfers !== 'active')
      throw refused(
        'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
        { code: 'insufficient_capabilities_for_transfer' },
      );
  }
}
