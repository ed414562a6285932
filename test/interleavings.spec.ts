import { CompletionService, HoldExpiry } from '@app/bookings';
import { GATEWAY_TIMEOUT_MS, PaymentGateway, Recovery } from '@app/payments';
import fc from 'fast-check';
import { TestApp } from './support/app.js';
import type { Answer, ApiClient } from './support/client.js';
import { expectOk, Shop } from './support/shop.js';
import { expectSound, undelivered } from './support/soundness.js';

const RUNS = 20;
const DAY_MS = 86_400_000;
const CAPACITY = 4;
const METHODS = ['pm_ok', 'pm_3ds', 'pm_declined', 'pm_insufficient_funds', 'pm_timeout_then_ok'];

/** Which traveller, booking or departure: an index into those that there are when the command runs. */
const pick = fc.nat({ max: 15 });
const quantity = fc.integer({ min: 1, max: 2 });
/** Within a hold, past it, past the free cancellation of the first departure, past its end. */
const minutes = fc.constantFrom(0.4, 4, 4, 12, 16, 16, 60 * 24 * 10, 60 * 24 * 20);

type Arbitraries<Fields> = { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> };
const of = <Name extends string, Fields extends object>(name: Name, fields: Arbitraries<Fields>) =>
  fc.record(fields).map((values) => ({ name, ...(values as Fields) }));

const book = of('book', { traveller: pick, departure: pick, quantity });
const pay = of('pay', { booking: pick, method: fc.constantFrom('pm_ok', ...METHODS) });
const command = fc.oneof(
  { weight: 10, arbitrary: book },
  { weight: 16, arbitrary: pay },
  { weight: 10, arbitrary: of('authenticate', { booking: pick, outcome: fc.constantFrom('pass', 'fail') }) },
  { weight: 6, arbitrary: of('change', { booking: pick, departure: pick, quantity }) },
  { weight: 5, arbitrary: of('advance', { minutes }) },
  { weight: 6, arbitrary: of('cancel', { booking: pick }) },
  { weight: 3, arbitrary: of('vendorCancel', { booking: pick }) },
  { weight: 6, arbitrary: of('refund', { booking: pick, part: fc.constantFrom(undefined, 0.25, 0.5) }) },
  { weight: 4, arbitrary: of('complete', { booking: pick }) },
  { weight: 5, arbitrary: of('sweep', { what: fc.constantFrom('holds', 'payments', 'completions') }) },
  { weight: 5, arbitrary: of('drain', {}) },
  { weight: 1, arbitrary: of('cancelDeparture', { departure: pick }) },
  { weight: 1, arbitrary: of('suspend', {}) },
  { weight: 2, arbitrary: of('approve', {}) },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;
type Named<Name> = Extract<Command, { name: Name }>;

/** Each inner list is run at once, the lists one after the other; it begins with people who book and pay. */
const history = fc
  .tuple(
    fc.tuple(book, book, book),
    fc.array(pay, { maxLength: 3 }),
    fc.array(fc.array(command, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 12 }),
  )
  .map(([booking, paying, others]): Command[][] => [booking, paying, ...others]);

/** Whatever travellers, vendors, the gateway and time do to a departure, in whatever order and however much of it at once. */
describe('any interleaving', () => {
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let vendor: ApiClient & { vendorId: string };
  let travellers: ApiClient[];

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    admin = await shop.adminClient();
    vendor = await shop.vendor();
    travellers = await Promise.all([1, 2, 3].map(() => shop.traveller()));
    hurryTheGateway(app.get(PaymentGateway));
  });
  afterAll(() => app.stop());

  it('oversells nothing, charges nobody twice or for nothing, and leaves the books balanced', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (batches) => {
        const world = await World.open();
        for (const batch of batches) {
          const answers = await Promise.all(batch.map((each) => world.run(each)));
          expect(answers.filter((answer) => answer && answer.status >= 500)).toEqual([]);
          expect(await oversold()).toEqual([]);
        }
        await comeToRest();
        await expectSound((statement) => app.query(statement));
        await expectBalanced();
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Of all the histories at once: it reads every event there is.
    expect(await undelivered(admin)).toEqual([]);
  }, 300_000);

  /** Two departures of few seats in a trip of their own, and what was booked on them. */
  class World {
    private readonly bookings: { id: string; traveller: ApiClient }[] = [];

    private constructor(
      private readonly departures: string[],
      private readonly unitId: string,
    ) {}

    static async open(): Promise<World> {
      await admin.post(`/admin/vendors/${vendor.vendorId}/approve`);
      await app.drain();
      const trip = await shop.trip(vendor, { cancellationPolicy: 'moderate' });
      const departures: string[] = [];
      for (const days of [14, 40]) {
        const localStart = new Date(app.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 19);
        departures.push((await shop.departure(vendor, trip.id, CAPACITY, localStart)).id);
      }
      return new World(departures, trip.units[0].id);
    }

    async run(command: Command): Promise<Answer | undefined> {
      switch (command.name) {
        case 'book':
          return this.book(command);
        case 'pay':
          return this.with(command, ({ id, traveller }) =>
            traveller.post('/payments', { bookingId: id, paymentMethod: command.method }),
          );
        case 'authenticate':
          return this.withPayment(command, 'requires_action', ({ gatewayPaymentId }, { traveller }) =>
            traveller.post(`/mock-gateway/payments/${gatewayPaymentId}/authenticate`, {
              outcome: command.outcome,
            }),
          );
        case 'refund':
          return this.withPayment(command, 'succeeded', ({ id, amount }) => {
            const part = command.part && { amount: { ...amount, amount: amount.amount * command.part } };
            return vendor.post(`/payments/${id}/refund`, { reason: 'kindness', ...part });
          });
        case 'change':
          return this.with(command, ({ id, traveller }) =>
            traveller.patch(`/bookings/${id}`, {
              departureId: this.departure(command.departure),
              items: [{ unitId: this.unitId, quantity: command.quantity }],
            }),
          );
        case 'cancel':
          return this.with(command, ({ id, traveller }) => traveller.post(`/bookings/${id}/cancel`, {}));
        case 'vendorCancel':
          return this.with(command, ({ id }) => vendor.post(`/bookings/${id}/cancel`, {}));
        case 'complete':
          return this.with(command, ({ id }) => vendor.post(`/bookings/${id}/complete`));
        case 'cancelDeparture':
          return vendor.post(`/departures/${this.departure(command.departure)}/cancel`, { reason: 'storm' });
        case 'suspend':
          return admin.post(`/admin/vendors/${vendor.vendorId}/suspend`, { reason: 'a complaint' });
        case 'approve':
          return admin.post(`/admin/vendors/${vendor.vendorId}/approve`);
        default:
          return this.pass(command);
      }
    }

    /** What nobody asks for: time goes by, and the worker works. */
    private async pass(command: Named<'advance' | 'sweep' | 'drain'>): Promise<undefined> {
      if (command.name === 'advance') app.clock.advance(command.minutes * 60_000);
      else if (command.name === 'drain') await app.drain();
      else await sweeps[command.what as keyof typeof sweeps]();
    }

    private async book({ traveller, departure, quantity }: Named<'book'>): Promise<Answer> {
      const who = travellers[traveller % travellers.length]!;
      const items = [{ unitId: this.unitId, quantity }];
      const answer = await who.post('/bookings', { departureId: this.departure(departure), items });
      if (answer.status === 201) this.bookings.push({ id: answer.body.id, traveller: who });
      return answer;
    }

    private async with<T>(
      { booking }: { booking: number },
      act: (booking: { id: string; traveller: ApiClient }) => Promise<T>,
    ): Promise<T | undefined> {
      const chosen = this.bookings[booking % this.bookings.length];
      return chosen && act(chosen);
    }

    /** One of the payments that are in the status. */
    private async withPayment(
      { booking }: { booking: number },
      status: string,
      act: (payment: Answer['body'], booking: { traveller: ApiClient }) => Promise<Answer>,
    ): Promise<Answer | undefined> {
      const lists = await Promise.all(
        this.bookings.map(async (each) => {
          const { data } = expectOk(await each.traveller.get(`/payments?bookingId=${each.id}`));
          return data.map((payment: object) => ({ payment, booking: each }));
        }),
      );
      const fitting = lists.flat().filter(({ payment }) => payment.status === status);
      const chosen = fitting[booking % fitting.length];
      return chosen && act(chosen.payment, chosen.booking);
    }

    private departure(index: number): string {
      return this.departures[index % this.departures.length]!;
    }
  }

  const sweeps = {
    holds: () => app.get(HoldExpiry).sweep(),
    payments: () => app.get(Recovery).sweep(),
    completions: () => app.get(CompletionService).sweep(),
  };

  /** The worker gets all the time it wants: every hold lapses, every interrupted payment is taken up, every job has its turn. */
  async function comeToRest(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      app.clock.advance(16 * 60_000);
      await sweeps.holds();
      await sweeps.payments();
      await app.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()');
      await app.drain();
      const [{ left }] = (await app.query(
        `SELECT (SELECT count(*) FROM graphile_worker.jobs) + (SELECT count(*) FROM bookings WHERE status = 'pending')
           + (SELECT count(*) FROM payments WHERE status IN ('pending', 'processing', 'unknown')) AS left`,
      )) as [{ left: string }];
      if (left === '0') return;
    }
  }

  function oversold(): Promise<unknown[]> {
    return app.query(
      'SELECT FROM departures WHERE least(seats_held, seats_booked) < 0 OR seats_held + seats_booked > capacity',
    );
  }

  async function expectBalanced(): Promise<void> {
    const { data } = expectOk(await admin.get('/admin/ledger/trial-balance'));
    expect(data.filter(({ total }: { total: number }) => total !== 0)).toEqual([]);
    const { checks } = expectOk(await admin.get('/admin/integrity'));
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  }
});

/** Its silence after `pm_timeout_then_ok` lasts two seconds of real time; here the platform gives up on it at once. */
function hurryTheGateway(gateway: PaymentGateway): void {
  const process = gateway.processPayment.bind(gateway);
  gateway.processPayment = (input, onCreated) =>
    process(
      { ...input, timeoutMs: input.paymentMethod === 'pm_timeout_then_ok' ? 1 : GATEWAY_TIMEOUT_MS },
      onCreated,
    );
}
