/** With its items, for its traveller. */
export const BOOKING = `
  SELECT booking.*, (
    SELECT json_agg(item) FROM (
      SELECT unit_id, quantity, unit_price, amount FROM booking_items WHERE booking_id = booking.id
    ) item
  ) AS items
  FROM bookings booking WHERE id = $1 AND user_id = $2`;

const byIdSchema = {
  params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
};

export function readBooking(server, pool, signedIn) {
  server.get('/api/v1/bookings/:id', { schema: byIdSchema, preHandler: signedIn }, async (request, reply) => {
    const { rows } = await pool.query({
      name: 'booking',
      text: BOOKING,
      values: [request.params.id, request.userId],
    });
    return rows[0] ? toBooking(rows[0]) : reply.code(404).send({ title: 'no such booking' });
  });
}

/** The product's shape of it. */
export function toBooking(row) {
  const money = (amount) => ({ amount: Number(amount), currency: row.currency });
  return {
    id: row.id,
    reference: row.reference,
    status: row.status,
    seats: row.seats,
    total: money(row.total),
    paid: money(row.paid),
    refunded: money(row.refunded),
    holdExpiresAt: row.hold_expires_at,
    departureId: row.departure_id,
    tripId: row.trip_id,
    vendorId: row.vendor_id,
    userId: row.user_id,
    items: row.items.map((item) => ({
      unitId: item.unit_id,
      quantity: item.quantity,
      unitPrice: money(item.unit_price),
      amount: money(item.amount),
    })),
    contact: row.contact,
    startsAt: row.starts_at,
    cancelledAt: row.cancelled_at,
    cancelledBy: row.cancelled_by,
    cancelReason: row.cancel_reason,
    completedAt: row.completed_at,
    archived: row.archived_at !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
