import { readTogether } from './read-together.js';

describe('readTogether', () => {
  it('sends one statement for the calls of one turn, and answers each', async () => {
    const read = jest.fn(async (keys: readonly string[]) =>
      keys.filter((key) => key !== 'absent').map((key) => [key, key.toUpperCase()] as const),
    );
    const get = readTogether(read);

    expect(await Promise.all(['a', 'b', 'absent', 'a'].map((key) => get(key)))).toEqual([
      'A',
      'B',
      undefined,
      'A',
    ]);
    expect(read.mock.calls).toEqual([[['a', 'b', 'absent']]]);
  });

  it('keeps nothing: who asks after a change reads it', async () => {
    let row = 'old';
    const get = readTogether(async (keys) => keys.map((key) => [key, row] as const));
    const early = get('a');
    row = 'new';

    expect([await early, await get('a')]).toEqual(['new', 'new']);
    row = 'newest';
    expect(await get('a')).toBe('newest');
  });

  it('gives its error to each of those who asked together, and to no other', async () => {
    const read = jest
      .fn()
      .mockRejectedValueOnce(new Error('database away'))
      .mockResolvedValue([['a', 1]]);
    const get = readTogether(read);
    const together = await Promise.allSettled([get('a'), get('b')]);

    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get('a')).toBe(1);
  });
});
