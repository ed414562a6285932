import type { Query } from './soundness.js';

/** One sentence for each effect of an event that is not there exactly once. */
const NOT_ONCE: readonly string[] = [
  `SELECT format('booking %s was cancelled with %s paid, and has %s refund(s) of %s in all', booking.id, booking.paid, count(refund.id), coalesce(sum(refund.amount), 0))
   FROM bookings booking LEFT JOIN payments payment ON payment.booking_id = booking.id
   LEFT JOIN refunds refund ON refund.payment_id = payment.id
   WHERE booking.status = 'cancelled' GROUP BY booking.id
   HAVING count(refund.id) <> (booking.paid > 0)::int OR coalesce(sum(refund.amount), 0) <> booking.paid`,

  `SELECT format('refund %s has the journals %s', refund.id, array_agg(journal.kind ORDER BY journal.kind))
   FROM refunds refund LEFT JOIN journals journal ON journal.source_id = refund.id GROUP BY refund.id
   HAVING array_agg(journal.kind ORDER BY journal.kind) IS DISTINCT FROM ARRAY['refund.created', 'refund.settled']`,

  `SELECT format('refund %s was told of %s time(s)', refund.id, count(event.event_id))
   FROM refunds refund LEFT JOIN outbox event ON event.name = 'refund.processed' AND event.payload->>'refundId' = refund.id::text
   GROUP BY refund.id HAVING count(event.event_id) <> 1`,

  // Reminders come of no event.
  `SELECT format('%s %s has %s mail(s) %s', event.name, event.event_id, count(email.id), array_agg(email.kind))
   FROM outbox event LEFT JOIN emails email ON email.source_id = event.event_id
   LEFT JOIN (VALUES
     ('booking.created', 'booking-received'), ('booking.confirmed', 'booking-confirmed'), ('booking.cancelled', 'booking-cancelled'),
     ('payment.processed', 'payment-receipt'), ('refund.processed', 'refund-arrived'),
     ('user.registered', 'verify-email'), ('vendor.approved', 'vendor-approved')
   ) AS letter (event_name, kind) ON letter.event_name = event.name
     AND NOT (event.name = 'booking.created' AND event.payload->>'holdExpiresAt' IS NULL)
   GROUP BY event.event_id, letter.kind
   HAVING array_remove(array_agg(email.kind), NULL) <> array_remove(ARRAY[letter.kind], NULL)`,

  `SELECT format('%s %s is told to %s endpoint(s) of %s', event.name, event.event_id, count(delivery.id), count(endpoint.id))
   FROM outbox event LEFT JOIN webhook_endpoints endpoint ON event.name = ANY (endpoint.events)
   LEFT JOIN webhook_deliveries delivery ON delivery.event_id = event.event_id AND delivery.endpoint_id = endpoint.id
   GROUP BY event.event_id
   HAVING count(delivery.id) <> count(endpoint.id) OR count(delivery.id) <>
     (SELECT count(*) FROM webhook_deliveries all_of_it WHERE all_of_it.event_id = event.event_id)`,
];

/**
 * Watches from inside the database what comes of events. It numbers deliveries as they are recorded: one that waited for
 * another's commit has the higher number, whatever the clocks say.
 */
export class Effects {
  private constructor(private readonly query: Query) {}

  /** From now on: call it before anything is delivered that counts. */
  static async watch(query: Query): Promise<Effects> {
    await query(`
      CREATE TABLE seen_deliveries (number bigserial PRIMARY KEY, event_id uuid NOT NULL, handler text NOT NULL);
      CREATE FUNCTION see_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO seen_deliveries (event_id, handler) VALUES (NEW.event_id, NEW.handler);
          RETURN NULL;
        END $$;
      CREATE TRIGGER seen AFTER INSERT ON consumed_events FOR EACH ROW EXECUTE FUNCTION see_delivery()`);
    return new Effects(query);
  }

  /** As `event:handler`, each as often as it was committed. */
  async deliveries(): Promise<string[]> {
    const rows = await this.query<{ delivery: string }>(
      `SELECT event_id || ':' || handler AS delivery FROM seen_deliveries`,
    );
    return rows.map(({ delivery }) => delivery);
  }

  /** @returns a sentence for each effect that is missing, or there more than once. Call it once nothing is under way. */
  async notOnce(): Promise<string[]> {
    const found: string[] = [];
    for (const statement of NOT_ONCE) {
      found.push(...(await this.query<{ format: string }>(statement)).map(({ format }) => format));
    }
    return found;
  }

  /** How often a handler was given an event after another of the same aggregate, and where that one was the later of the two. */
  async order(): Promise<{ followed: number; broken: string[] }> {
    const [row] = await this.query<{ followed: number; broken: string[] | null }>(
      `SELECT count(*)::int AS followed,
              array_agg(format('%s was given %s %s after the event %s', handler, name, sequence, before))
                FILTER (WHERE before > sequence) AS broken
       FROM (
         SELECT seen.handler, event.name, event.sequence,
                lag(event.sequence) OVER (PARTITION BY seen.handler, event.aggregate_id ORDER BY seen.number) AS before
         FROM seen_deliveries seen JOIN outbox event ON event.event_id = seen.event_id
       ) AS given
       WHERE before IS NOT NULL`,
    );
    return { followed: row?.followed ?? 0, broken: row?.broken ?? [] };
  }
}
