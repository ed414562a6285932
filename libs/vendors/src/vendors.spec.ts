import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Memberships } from '@app/users';
import { Catalogue } from '../../../test/support/catalogue.js';
import { VendorTransitionNotAllowed } from './vendor.errors.js';
import { Vendors } from './vendors.service.js';

const application = {
  businessName: 'Andes Walks',
  phone: '+51845550100',
  country: 'PE',
  timeZone: 'America/Lima',
  defaultCurrency: 'USD',
};

describe('vendors', () => {
  let catalogue: Catalogue;
  let vendors: Vendors;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    vendors = catalogue.get(Vendors);
  });
  afterAll(() => catalogue.close());

  const register = async (token: string) =>
    (await catalogue.send('POST', '/vendors', token, application)).body as { id: string };
  const idOf = (token: string) => token.split('.')[1]!;

  it('are registered by a user, who becomes the owner, and wait for approval', async () => {
    const owner = await catalogue.user();
    const { status, body } = await catalogue.send('POST', '/vendors', owner, application);

    expect(status).toBe(201);
    expect(body).toEqual({
      ...application,
      id: expect.any(String),
      taxId: null,
      status: 'pending',
      statusReason: null,
      commissionBps: 2000,
      payoutSchedule: 'weekly',
      payoutMinimum: { amount: 5000, currency: 'USD' },
      payoutAccount: null,
      createdAt: '2027-01-01T00:00:00.000Z',
      updatedAt: '2027-01-01T00:00:00.000Z',
    });
    expect((await catalogue.send('GET', `/vendors/${body.id}`, owner)).body).toEqual(body);
    expect((await catalogue.send('GET', `/vendors/${body.id}/members`, owner)).body).toEqual({
      data: [{ userId: idOf(owner), role: 'owner', createdAt: '2027-01-01T00:00:00.000Z' }],
      nextCursor: null,
    });
  });

  it('make their owner a vendor at once', async () => {
    const owner = await catalogue.user();
    const memberships = catalogue.get(Memberships);
    expect(await memberships.hasVendor(idOf(owner))).toBe(false);

    const { id } = await register(owner);
    const { id: second } = await register(owner);

    expect(await memberships.hasVendor(idOf(owner))).toBe(true);
    expect(await memberships.withVendor([idOf(owner), newId()])).toEqual(new Set([idOf(owner)]));
    expect(await vendors.vendorIdsOf(idOf(owner))).toEqual([id, second]);
    expect(await vendors.membership(idOf(owner), id)).toBe('owner');
  });

  it('are owned by their owners, managers not among them', async () => {
    const [founder, partner, manager] = await Promise.all([1, 2, 3].map(() => catalogue.user()));
    const { id } = await register(founder!);
    const join = (token: string, role: string) =>
      catalogue.query(`INSERT INTO vendor_members VALUES ($1, $2, $3, '2027-01-01')`, [
        id,
        idOf(token),
        role,
      ]);
    await join(partner!, 'owner');
    await join(manager!, 'manager');

    expect(await vendors.owners(id)).toEqual([idOf(founder!), idOf(partner!)].sort());
    expect(await vendors.owners(newId())).toEqual([]);
  });

  it('list their members a page at a time', async () => {
    const owner = await catalogue.user();
    const { id } = await register(owner);
    const manager = await catalogue.user();
    await catalogue.query(`INSERT INTO vendor_members VALUES ($1, $2, 'manager', '2027-01-01')`, [
      id,
      idOf(manager),
    ]);
    const list = async (query: string) =>
      (await catalogue.send('GET', `/vendors/${id}/members?limit=1${query}`, manager)).body;

    const first = await list('');
    const second = await list(`&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data]).toMatchObject([
      { userId: idOf(owner) },
      { userId: idOf(manager) },
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('exist for their members and admins only', async () => {
    const { id } = await register(await catalogue.user());
    const stranger = await catalogue.user();
    for (const path of [`/vendors/${id}`, `/vendors/${id}/members`]) {
      expect((await catalogue.send('GET', path, stranger)).status).toBe(404);
      expect((await catalogue.send('GET', path)).status).toBe(401);
      expect((await catalogue.send('GET', path, await catalogue.user('admin'))).status).toBe(200);
    }
    expect((await catalogue.send('PATCH', `/vendors/${id}`, stranger, { phone: '+1555000' })).status).toBe(
      404,
    );
    expect((await catalogue.send('GET', `/vendors/${newId()}`, await catalogue.user('admin'))).status).toBe(
      404,
    );
  });

  it('are changed field by field', async () => {
    const owner = await catalogue.user();
    const { id } = await register(owner);
    const changes = { businessName: 'Andes', taxId: '20-1', payoutSchedule: 'monthly' };
    const { status, body } = await catalogue.send('PATCH', `/vendors/${id}`, owner, changes);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...changes, phone: application.phone, status: 'pending' });
    expect((await catalogue.send('PATCH', `/vendors/${id}`, owner, { taxId: null })).body.taxId).toBeNull();
  });

  it.each([
    ['country', { country: 'PERU' }],
    ['timeZone', { timeZone: 'Lima' }],
    ['defaultCurrency', { defaultCurrency: 'XXX' }],
    ['status', { status: 'approved' }],
    ['commissionBps', { commissionBps: 0 }],
    ['phone', { phone: null }],
  ])('are refused for a wrong or unknown %s', async (field, wrong) => {
    const owner = await catalogue.user();
    const { id } = await register(owner);
    for (const [method, path] of [
      ['POST', '/vendors'],
      ['PATCH', `/vendors/${id}`],
    ] as const) {
      const { status, body } = await catalogue.send(method, path, owner, { ...application, ...wrong });
      expect(status).toBe(422);
      expect(body.errors).toEqual([expect.objectContaining({ field })]);
    }
  });

  it('are approved, suspended and approved again, and the world hears of it', async () => {
    const { id } = await register(await catalogue.user());
    expect(await vendors.approve(id)).toMatchObject({ status: 'approved', statusReason: null });
    expect(await vendors.suspend(id, 'complaints')).toMatchObject({
      status: 'suspended',
      statusReason: 'complaints',
    });
    expect(await vendors.approve(id)).toMatchObject({ status: 'approved', statusReason: null });

    const heard = (await catalogue.events()).filter(({ payload }) => payload.vendorId === id);
    expect(heard).toEqual([
      { name: 'vendor.approved', payload: { vendorId: id } },
      { name: 'vendor.suspended', payload: { vendorId: id, reason: 'complaints' } },
      { name: 'vendor.approved', payload: { vendorId: id } },
    ]);
  });

  it('are pending again once a rejected one is changed', async () => {
    const owner = await catalogue.user();
    const { id } = await register(owner);
    await vendors.reject(id, 'no tax id');
    expect((await catalogue.send('GET', `/vendors/${id}`, owner)).body).toMatchObject({
      status: 'rejected',
      statusReason: 'no tax id',
    });
    const { body } = await catalogue.send('PATCH', `/vendors/${id}`, owner, { taxId: '20-1' });
    expect(body).toMatchObject({ status: 'pending', statusReason: null, taxId: '20-1' });
  });

  it('refuse every other transition, and say nothing', async () => {
    const { id } = await register(await catalogue.user());
    await expect(vendors.suspend(id, 'x')).rejects.toThrow(VendorTransitionNotAllowed);
    await vendors.approve(id);
    await expect(vendors.approve(id)).rejects.toThrow('this one is approved');
    await expect(vendors.reject(id, 'x')).rejects.toThrow(VendorTransitionNotAllowed);
    await expect(vendors.approve(newId())).rejects.toThrow('no vendor');

    const heard = (await catalogue.events()).filter(({ payload }) => payload.vendorId === id);
    expect(heard).toHaveLength(1);
  });

  it('are moved once by many at the same time', async () => {
    const { id } = await register(await catalogue.user());
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => vendors.approve(id)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are listed by status, the newest first', async () => {
    const owner = await catalogue.user();
    const ids = [await register(owner), await register(owner), await register(owner)].map(({ id }) => id);
    for (const id of ids) await vendors.reject(id, 'test');

    const first = await vendors.list({ status: 'rejected', limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const second = await vendors.list({ status: 'rejected', limit: 1, cursor: first.nextCursor! });
    expect(second.data.map(({ id }) => id)).toEqual([ids[0]]);
    await expect(vendors.list({ limit: 1, cursor: 'nonsense' })).rejects.toThrow('nextCursor');
  });

  it('keep the account that the gateway opened for them', async () => {
    const owner = await catalogue.user();
    const { id } = await register(owner);
    const account = { gateway: 'mock', id: 'acct_1', payoutsEnabled: true };
    const transactor = catalogue.get(Transactor);
    await transactor.run((tx) => vendors.setPayoutAccount(id, account, tx));
    expect((await catalogue.send('GET', `/vendors/${id}`, owner)).body.payoutAccount).toEqual({
      id: 'acct_1',
      payoutsEnabled: true,
    });
    await expect(transactor.run((tx) => vendors.setPayoutAccount(newId(), account, tx))).rejects.toThrow(
      'no vendor',
    );
  });
});
