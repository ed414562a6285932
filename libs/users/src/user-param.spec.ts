import { InvalidRequest, ResourceNotFound, type Actor } from '@app/http';
import { newId } from '@app/kernel';
import { userIdFor } from './user-param.js';

describe('the user that a path means', () => {
  const traveller: Actor = { id: newId(), role: 'traveller' };
  const admin: Actor = { id: newId(), role: 'admin' };

  it('is oneself, by name or by id', () => {
    expect(userIdFor(traveller, 'me')).toBe(traveller.id);
    expect(userIdFor(traveller, traveller.id)).toBe(traveller.id);
    expect(userIdFor(traveller, traveller.id.toUpperCase())).toBe(traveller.id);
  });

  it('is anyone, for an admin', () => {
    expect(userIdFor(admin, 'me')).toBe(admin.id);
    expect(userIdFor(admin, traveller.id)).toBe(traveller.id);
  });

  it('does not exist when it is someone else', () => {
    expect(() => userIdFor(traveller, admin.id)).toThrow(ResourceNotFound);
  });

  it('must be an id', () => {
    for (const param of ['1', 'ME', '', "' OR 1=1"])
      expect(() => userIdFor(admin, param)).toThrow(InvalidRequest);
  });
});
