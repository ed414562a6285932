import type { Actor } from '@app/http';
import { PayoutRecovery, RunRecovery } from '@app/payouts';
import { PaymentsApp, type Answer, type SoldBooking } from './payments-app.js';

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;

export interface Earned extends SoldBooking {
  readonly paymentId: string;
}

interface Sale {
  readonly total?: number;
  readonly currency?: string;
  /** A token of the mock gateway. */
  readonly paymentMethod?: string;
  readonly of?: Pick<SoldBooking, 'vendorId' | 'vendor'>;
}

/** A house whose vendors earn, and an admin who pays them. */
export class PayoutsHouse {
  private constructor(
    readonly house: PaymentsApp,
    readonly admin: Actor,
  ) {}

  static async start(): Promise<PayoutsHouse> {
    const house = await PaymentsApp.start();
    const payouts = new PayoutsHouse(house, await house.createUser('admin'));
    for (const currency of ['USD', 'JPY', 'KWD']) await payouts.fund(currency);
    return payouts;
  }

  /** The gateway's fees and what it paid back come out of what it holds for everyone: enough of it, from a sale that is yet to take place. */
  private async fund(currency: string): Promise<void> {
    ok(await this.house.pay(await this.house.book({ total: 10_000_000, currency, startsInDays: 3_650 })));
  }

  /** A booking that was paid for and has taken place: of 10,000 its vendor has 8,000 available. A new vendor has an account for payouts. */
  async earn(sale: Sale = {}): Promise<Earned> {
    const sold = await this.sell(sale);
    this.house.clock.advance(MINUTE_MS);
    await this.complete(sold);
    return sold;
  }

  /** Paid for, and about to take place. */
  async sell({ paymentMethod, ...sale }: Sale = {}): Promise<Earned> {
    const booking = await this.house.book({ startsInDays: 1 / MINUTES_A_DAY, ...sale });
    const paymentId = ok(await this.house.pay(booking, paymentMethod)).id as string;
    if (!sale.of)
      ok(await this.house.request(booking.vendor, 'POST', `/vendors/${booking.vendorId}/payout-account`));
    return { ...booking, paymentId };
  }

  async complete({ id, vendor }: SoldBooking): Promise<void> {
    ok(await this.house.request(vendor, 'POST', `/bookings/${id}/complete`));
  }

  refund({ vendor, paymentId }: Earned, amount?: number, currency = 'USD'): Promise<Answer> {
    const body = { reason: 'It rained', ...(amount && { amount: { amount, currency } }) };
    return this.house.request(vendor, 'POST', `/payments/${paymentId}/refund`, body);
  }

  asAdmin(method: 'GET' | 'POST' | 'PUT', url: string, body?: object, headers = {}): Promise<Answer> {
    return this.house.request(this.admin, method, url, body, headers);
  }

  /** Of all vendors who are due, unless the order says otherwise. */
  async run(order: object = {}, headers = {}) {
    return ok(await this.asAdmin('POST', '/admin/payouts/run', order, headers));
  }

  /** Of this vendor alone. */
  runFor({ vendorId }: Pick<SoldBooking, 'vendorId'>, order: object = {}) {
    return this.run({ vendorId, ...order });
  }

  async payouts({ vendorId }: Pick<SoldBooking, 'vendorId'>) {
    return ok(await this.asAdmin('GET', `/admin/payouts?vendorId=${vendorId}`)).data;
  }

  /** One entry for each currency. */
  async balances({ vendor, vendorId }: SoldBooking) {
    return ok(await this.house.request(vendor, 'GET', `/vendors/${vendorId}/balance`)).data;
  }

  async available(of: SoldBooking): Promise<number> {
    return (await this.balances(of))[0].available as number;
  }

  nextWeek(): void {
    this.house.clock.advance(7 * MINUTES_A_DAY * MINUTE_MS);
  }

  /** As if nobody had touched what was interrupted for 16 seconds. */
  async recover(): Promise<void> {
    this.house.clock.advance(16_000);
    await this.house.app.get(PayoutRecovery).sweep();
  }

  /** The same for runs. */
  async recoverRuns(): Promise<void> {
    this.house.clock.advance(61_000);
    await this.house.app.get(RunRecovery).sweep();
  }
}

function ok({ status, body }: Answer): Answer['body'] {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
