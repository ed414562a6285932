import { Catalogue } from '../../../test/support/catalogue.js';
import { newVendor, tripDraft } from '../../../test/support/trips.js';

const priced = (currency: string) => ({
  currency,
  units: [{ type: 'adult', price: { amount: 15_000, currency } }],
});
const refused = {
  status: 422,
  body: {
    type: '/problems/invalid-request',
    errors: [{ field: 'currency', message: expect.stringContaining('BOB') }],
  },
};

/** The gateway of this house does not settle in bolivianos (BOB). */
describe('the currency of a trip', () => {
  let catalogue: Catalogue;
  let owner: string;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    ({ owner } = await newVendor(catalogue));
  });
  afterAll(() => catalogue.close());

  const draft = (currency: string) =>
    catalogue.send('POST', '/trips', owner, { ...tripDraft, ...priced(currency) });

  it('is one that the gateway settles in', async () => {
    expect(await draft('PEN')).toMatchObject({ status: 201, body: { currency: 'PEN' } });
    expect(await draft('BOB')).toMatchObject(refused);
  });

  it('changes to no other', async () => {
    const { id } = (await draft('USD')).body;
    const patch = (changes: object) => catalogue.send('PATCH', `/trips/${id}`, owner, changes);
    expect(await patch(priced('BOB'))).toMatchObject(refused);
    expect(await patch(priced('EUR'))).toMatchObject({ status: 200, body: { currency: 'EUR' } });
  });

  it('is left in peace where something else is changed', async () => {
    const { id } = (await draft('USD')).body;
    await catalogue.query(`UPDATE trips SET currency = 'BOB' WHERE id = $1`, [id]);
    const changed = await catalogue.send('PATCH', `/trips/${id}`, owner, { title: 'Salar de Uyuni' });
    expect(changed).toMatchObject({ status: 200, body: { title: 'Salar de Uyuni', currency: 'BOB' } });
  });
});
