import type { Charges } from './charges.js';
import type { Disputes } from './disputes.js';
import type { Parameters } from './documented-parameters.js';
import { rateLimited, refused, StripeApiError } from './errors.js';
import { newStripeId, type StripeObject } from './object-store.js';
import { behaviourOf, paymentMethodObject } from './payment-methods.js';
import type { World } from './world.js';

const CANCELLABLE = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
]);
/** The last digit, or the last two, must be 0: https://docs.stripe.com/currencies#special-cases. */
const STEPS: Readonly<Record<string, number>> = {
  bhd: 10,
  jod: 10,
  kwd: 10,
  omr: 10,
  tnd: 10,
  isk: 100,
  ugx: 100, // prettier-ignore
};
const AUTHENTICATION_FAILURE = {
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
  type: 'invalid_request_error',
};

/** https://docs.stripe.com/payments/paymentintents/lifecycle */
export class PaymentIntents {
  constructor(
    private readonly world: World,
    private readonly charges: Charges,
    private readonly disputes: Disputes,
  ) {}

  create(parameters: Parameters): StripeObject {
    const { amount, currency, payment_method: method = null } = parameters;
    requireAmount(amount, currency);
    if (method !== null) behaviourOf(method);
    const intent = this.world.objects.add('payment_intent', 'pi', {
      amount,
      amount_capturable: 0,
      amount_received: 0,
      application: null,
      application_fee_amount: null,
      allowed_payment_method_types: parameters['allowed_payment_method_types'] ?? null,
      automatic_payment_methods: automaticOf(parameters),
      canceled_at: null,
      cancellation_reason: null,
      capture_method: parameters['capture_method'] ?? 'automatic_async',
      client_secret: null,
      confirmation_method: parameters['confirmation_method'] ?? 'automatic',
      currency: currency.toLowerCase(),
      customer: parameters['customer'] ?? null,
      description: parameters['description'] ?? null,
      last_payment_error: null,
      latest_charge: null,
      metadata: parameters['metadata'] ?? {},
      next_action: null,
      on_behalf_of: null,
      payment_method: method,
      payment_method_options: {},
      payment_method_types: parameters['allowed_payment_method_types'] ?? ['card'],
      processing: null,
      receipt_email: parameters['receipt_email'] ?? null,
      setup_future_usage: null,
      shipping: null,
      statement_descriptor: parameters['statement_descriptor'] ?? null,
      statement_descriptor_suffix: parameters['statement_descriptor_suffix'] ?? null,
      status: method === null ? 'requires_payment_method' : 'requires_confirmation',
      transfer_data: null,
      transfer_group: parameters['transfer_group'] ?? null,
    });
    intent['client_secret'] = `${intent.id}_${newStripeId('secret')}`;
    this.world.events.emit('payment_intent.created', intent);
    return parameters['confirm'] === true ? this.confirm(intent.id, parameters) : intent;
  }

  confirm(id: string, parameters: Parameters): StripeObject {
    const intent = this.get(id);
    const method: string | null = parameters['payment_method'] ?? intent['payment_method'];
    if (!['requires_confirmation', 'requires_payment_method'].includes(intent['status']))
      throw unexpectedState('confirm', intent);
    if (method === null)
      throw refused('You cannot confirm this PaymentIntent because it’s missing a payment method.', {
        code: 'payment_intent_unexpected_state',
        payment_intent: structuredClone(intent),
      });
    const returnUrl: string | undefined = parameters['return_url'];
    if (returnUrl === undefined && mayRedirect(intent))
      throw refused(
        'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`.',
      );
    const behaviour = behaviourOf(method);
    if (behaviour.limited) throw rateLimited();
    intent['payment_method'] = method;
    intent['last_payment_error'] = null;
    if (behaviour.challenges) return this.challenge(intent, returnUrl);
    if (behaviour.processes) return this.become(intent, 'processing', 'payment_intent.processing');
    if (behaviour.declines) throw this.decline(intent, behaviour.declines);
    this.succeed(intent);
    if (behaviour.disputed) this.disputes.open(intent.id);
    return intent;
  }

  cancel(id: string, { cancellation_reason: reason = null }: Parameters): StripeObject {
    const intent = this.get(id);
    if (!CANCELLABLE.has(intent['status'])) throw unexpectedState('cancel', intent);
    intent['canceled_at'] = Math.floor(this.world.now() / 1000);
    intent['cancellation_reason'] = reason;
    return this.become(intent, 'canceled', 'payment_intent.canceled');
  }

  get(id: string): StripeObject {
    return this.world.objects.get('payment_intent', id);
  }

  /** What the payer makes of the challenge that is put to him. */
  authenticate(id: string, outcome: 'pass' | 'fail'): void {
    const intent = this.get(id);
    if (intent['status'] !== 'requires_action')
      throw new Error(`${id} waits for no one: ${intent['status']}`);
    if (outcome === 'pass') return this.succeed(intent);
    this.reject(intent, { ...AUTHENTICATION_FAILURE });
  }

  /** The bank that took its time comes to an end. */
  finishProcessing(id: string, outcome: 'succeeded' | 'failed'): void {
    const intent = this.get(id);
    if (intent['status'] !== 'processing') throw new Error(`${id} is ${intent['status']}`);
    if (outcome === 'succeeded') return this.succeed(intent);
    this.decline(intent, {
      code: 'card_declined',
      declineCode: 'generic_decline',
      message: 'Your card was declined.',
    });
  }

  private challenge(intent: StripeObject, returnUrl: string | undefined): StripeObject {
    const url = `https://hooks.stripe.test/3d_secure_2/${intent.id}`;
    intent['next_action'] =
      returnUrl === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
        : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };
    intent['status'] = 'requires_action';
    this.world.events.emit('payment_intent.requires_action', intent);
    return intent;
  }

  private succeed(intent: StripeObject): void {
    intent['latest_charge'] = this.charges.succeed(intent).id;
    intent['amount_received'] = intent['amount'];
    this.become(intent, 'succeeded', 'payment_intent.succeeded');
  }

  /** @returns what the confirmation answers. */
  private decline(
    intent: StripeObject,
    { code, declineCode, message }: { code: string; declineCode?: string; message: string },
  ): StripeApiError {
    const charge = this.charges.fail(intent, { code, declineCode, message });
    intent['latest_charge'] = charge.id;
    const error = {
      charge: charge.id,
      code,
      decline_code: declineCode,
      message,
      type: 'card_error' as const,
    };
    this.reject(intent, error);
    const { last_payment_error: last } = intent;
    return new StripeApiError(402, { ...last, payment_intent: structuredClone(intent) }, true);
  }

  private reject(intent: StripeObject, error: object): void {
    const method = paymentMethodObject(intent['payment_method']);
    intent['last_payment_error'] = { ...error, payment_method: method };
    intent['payment_method'] = null;
    this.become(intent, 'requires_payment_method', 'payment_intent.payment_failed');
  }

  private become(intent: StripeObject, status: string, event: string): StripeObject {
    intent['status'] = status;
    intent['next_action'] = null;
    this.world.events.emit(event, intent);
    return intent;
  }
}

function requireAmount(amount: number, currency: string): void {
  if (amount < 1)
    throw refused('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  const step = STEPS[currency.toLowerCase()] ?? 1;
  if (amount % step !== 0)
    throw refused(`Amounts in ${currency.toUpperCase()} must be divisible by ${step}.`, { param: 'amount' });
  if (!/^[a-z]{3}$/i.test(currency)) throw refused(`Invalid currency: ${currency}.`, { param: 'currency' });
}

/** Without a list of types Stripe takes whatever is enabled in the dashboard. */
function automaticOf(parameters: Parameters): object | null {
  const given = parameters['automatic_payment_methods'] as { enabled: boolean } | undefined;
  if (given) return { allow_redirects: 'always', ...given };
  return parameters['allowed_payment_method_types'] ? null : { allow_redirects: 'always', enabled: true };
}

function mayRedirect(intent: StripeObject): boolean {
  const automatic = intent['automatic_payment_methods'] as {
    enabled: boolean;
    allow_redirects: string;
  } | null;
  return automatic !== null && automatic.enabled && automatic.allow_redirects !== 'never';
}

function unexpectedState(verb: 'cancel' | 'confirm', intent: StripeObject): StripeApiError {
  return refused(`You cannot ${verb} this PaymentIntent because it has a status of ${intent['status']}.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: structuredClone(intent),
  });
}
