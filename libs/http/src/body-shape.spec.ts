import { shapeError } from './body-shape.js';

const nested = (depth: number, innermost: unknown = {}): unknown =>
  depth === 0 ? innermost : { a: nested(depth - 1, innermost) };

describe('the shape of a body', () => {
  it.each([undefined, null, 'text', 1, [], {}, { items: [{ unitId: 'x', quantity: 1 }] }, nested(20)])(
    'is fine: %j',
    (body) => expect(shapeError(body)).toBeUndefined(),
  );

  it('names a field that is a member of every object, wherever it is', () => {
    expect(shapeError({ constructor: 1 })).toEqual({
      field: 'constructor',
      message: 'property constructor should not exist',
    });
    expect(shapeError({ items: [{}, { toString: 1 }] })).toMatchObject({ field: 'items.1.toString' });
    expect(shapeError(JSON.parse('{"a":{"__proto__":1}}'))).toMatchObject({ field: 'a.__proto__' });
    expect(shapeError({ prototype: null })).toMatchObject({ field: 'prototype' });
  });

  it('is not deeper than any body of ours', () => {
    expect(shapeError({ first: nested(20) })).toEqual({
      field: 'first',
      message: 'must not be nested deeper than 20 levels',
    });
    expect(shapeError(JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`))).toMatchObject({
      field: 'a',
    });
  });

  it('has no more members than any body of ours', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
    expect(shapeError(many(1_000))).toBeUndefined();
    expect(shapeError(many(1_001))).toEqual({
      field: 'k1000',
      message: 'must not have more than 1000 members in all',
    });
    expect(shapeError({ items: Array.from({ length: 600 }, () => ({ unitId: 1 })) })).toMatchObject({
      field: 'items',
    });
  });

  it('holds no list in a list', () => {
    expect(shapeError({ units: [{}, []] })).toEqual({
      field: 'units.1',
      message: 'must not be a list in a list',
    });
    expect(shapeError({ units: [{ tiers: [1] }] })).toBeUndefined();
  });
});
