import { Vendors } from '@app/vendors';
import { DataSource } from 'typeorm';
import { Catalogue } from '../../../test/support/catalogue.js';
import { newVendor, sellingTrip, tripDraft } from '../../../test/support/trips.js';

/** A vendor is suspended while one of its people is in the middle of something: nothing may be left on sale. */
describe('a suspension', () => {
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
  });
  afterAll(() => catalogue.close());

  const suspend = async (vendorId: string) => {
    await catalogue.get(Vendors).suspend(vendorId, 'complaints');
    await catalogue.tellTrips(vendorId);
  };

  const waiting = async (sessions: number) => {
    const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await catalogue.query(blocked)).length < sessions);
  };

  /** Holds `first` back just before its commit, by a trigger, until `second` is done or waits for it. */
  async function overlapped(trigger: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
    await catalogue.query(`
      CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
      CREATE TRIGGER gate AFTER ${trigger} EXECUTE FUNCTION wait_at_gate()`);
    const gate = catalogue.get(DataSource).createQueryRunner();
    await gate.query('SELECT pg_advisory_lock(1)');
    const one = first();
    await waiting(1);
    const two = second();
    await Promise.race([two, waiting(2)]);
    await gate.query('SELECT pg_advisory_unlock(1)');
    await gate.release();
    await Promise.all([one, two]);
  }

  it('reaches a departure that is being planned', async () => {
    const trip = await sellingTrip(catalogue);
    await overlapped(
      'INSERT ON departures FOR EACH ROW',
      () => trip.departure(),
      () => suspend(trip.vendorId),
    );
    const departures = await catalogue.query('SELECT sellable FROM departures WHERE trip_id = $1', [trip.id]);
    expect(departures).toEqual([{ sellable: false }]);
  });

  it('reaches a trip that is being published', async () => {
    const { owner, vendorId } = await newVendor(catalogue);
    await catalogue.get(Vendors).approve(vendorId);
    const { id } = (await catalogue.send('POST', '/trips', owner, tripDraft)).body;
    await overlapped(
      'UPDATE ON trips FOR EACH ROW WHEN (NEW.listed AND NOT OLD.listed)',
      () => catalogue.send('POST', `/trips/${id}/publish`, owner),
      () => suspend(vendorId),
    );
    const trips = await catalogue.query('SELECT status, listed FROM trips WHERE id = $1', [id]);
    expect(trips).toEqual([{ status: 'published', listed: false }]);
  });
});
