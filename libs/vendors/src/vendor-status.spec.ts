import { statusesBefore } from './vendor-status.js';

describe('the vendor status machine', () => {
  it('approves a pending vendor, and a suspended one again', () => {
    expect(statusesBefore('approved')).toEqual(['pending', 'suspended']);
  });

  it('rejects only what is pending', () => {
    expect(statusesBefore('rejected')).toEqual(['pending']);
  });

  it('suspends only what is approved', () => {
    expect(statusesBefore('suspended')).toEqual(['approved']);
  });

  it('returns to pending only from rejected', () => {
    expect(statusesBefore('pending')).toEqual(['rejected']);
  });
});
