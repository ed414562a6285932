import { Catalogue } from '../../../test/support/catalogue.js';
import { newVendor } from '../../../test/support/trips.js';
import { Vendors } from './vendors.service.js';

describe('the last owner of a vendor', () => {
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
  });
  afterAll(() => catalogue.close());

  const leave = async (token: string) => {
    const { status, body } = await catalogue.send('DELETE', '/users/me', token);
    return body?.type ?? status;
  };
  const join = async (vendorId: string, role: 'owner' | 'manager') => {
    const token = await catalogue.user();
    await catalogue.query('INSERT INTO vendor_members VALUES ($1, $2, $3, $4)', [
      vendorId,
      token.split('.')[1],
      role,
      catalogue.clock.now(),
    ]);
    return token;
  };

  it('stays until the vendor is rejected', async () => {
    const { owner, vendorId } = await newVendor(catalogue);
    await join(vendorId, 'manager');

    expect(await leave(owner)).toBe('/problems/last-owner');
    await catalogue.get(Vendors).reject(vendorId, 'closed on request');
    expect(await leave(owner)).toBe(204);
  });

  it('stays while the vendor sells, and may go once it is suspended', async () => {
    const { owner, vendorId } = await newVendor(catalogue);

    await catalogue.get(Vendors).approve(vendorId);
    expect(await leave(owner)).toBe('/problems/last-owner');
    await catalogue.get(Vendors).suspend(vendorId, 'closed on request');
    expect(await leave(owner)).toBe(204);
  });

  it('is whoever stays behind: managers go, and so does an owner beside another who is active', async () => {
    const { owner, vendorId } = await newVendor(catalogue);
    const [manager, other] = [await join(vendorId, 'manager'), await join(vendorId, 'owner')];

    expect(await leave(manager)).toBe(204);
    await catalogue.query('UPDATE users SET is_active = false WHERE id = $1', [other.split('.')[1]]);
    expect(await leave(owner)).toBe('/problems/last-owner');
    await catalogue.query('UPDATE users SET is_active = true WHERE id = $1', [other.split('.')[1]]);
    expect(await leave(owner)).toBe(204);
    expect(await leave(other)).toBe('/problems/last-owner');
  });

  it('is one, though all owners leave at once, also of several vendors', async () => {
    for (let round = 0; round < 5; round++) {
      const vendors = [await newVendor(catalogue), await newVendor(catalogue)];
      const partners = await Promise.all(vendors.map(({ vendorId }) => join(vendorId, 'owner')));
      const [first, second] = vendors as [(typeof vendors)[0], (typeof vendors)[0]];
      await catalogue.query(
        `INSERT INTO vendor_members SELECT vendor_id, $3, role, created_at FROM vendor_members WHERE vendor_id = $1 AND user_id = $2`,
        [second.vendorId, second.owner.split('.')[1], first.owner.split('.')[1]],
      );

      const outcomes = await Promise.all([first.owner, second.owner, ...partners].map(leave));

      expect(outcomes).not.toContain('/problems/internal-error');
      for (const { vendorId } of vendors) {
        const owners = await catalogue.query(
          `SELECT FROM vendor_members JOIN users ON users.id = user_id WHERE vendor_id = $1 AND is_active`,
          [vendorId],
        );
        expect(owners.length).toBeGreaterThanOrEqual(1);
      }
    }
  });
});
