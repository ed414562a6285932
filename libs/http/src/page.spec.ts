import fc from 'fast-check';
import { InvalidRequest } from './http.errors.js';
import { decodeCursor, encodeCursor, page } from './page.js';

const isText = (part: unknown) => typeof part === 'string';
const isNumber = (part: unknown) => Number.isSafeInteger(part);

describe('a page', () => {
  const rows = [{ id: 'c' }, { id: 'b' }, { id: 'a' }];

  it('ends with the key of its last row when there is more', () => {
    const { data, nextCursor } = page(rows, 2, ({ id }) => [id]);
    expect(data).toEqual([{ id: 'c' }, { id: 'b' }]);
    expect(decodeCursor(nextCursor ?? undefined, [isText])).toEqual(['b']);
  });

  it('has no next one when it holds all, or nothing', () => {
    expect(page(rows, 3, ({ id }) => [id]).nextCursor).toBeNull();
    expect(page([], 3, () => [])).toEqual({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.maxSafeInteger(), (text, number) => {
        expect(decodeCursor(encodeCursor([number, text]), [isNumber, isText])).toEqual([number, text]);
      }),
    );
    expect(decodeCursor(undefined, [isText])).toBeUndefined();
  });

  it.each([
    ['rubbish', 'not a cursor!'],
    ['of another list', encodeCursor([1])],
    ['too long a key', encodeCursor(['a', 'b'])],
    ['no key at all', Buffer.from('{"a":1}').toString('base64url')],
  ])('is refused when it is %s', (_, cursor) => {
    expect(() => decodeCursor(cursor, [isText])).toThrow(InvalidRequest);
  });
});
