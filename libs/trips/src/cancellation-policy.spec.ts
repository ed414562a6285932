import { cancellationPolicy, policyFault, POLICY_PRESETS } from './cancellation-policy.js';

describe('a stated cancellation policy', () => {
  it.each(['flexible', 'moderate', 'strict'] as const)('may be the preset %s', (name) => {
    expect(policyFault(name)).toBeUndefined();
    expect(policyFault(POLICY_PRESETS[name])).toBeUndefined();
    expect(cancellationPolicy(name)).toEqual({ name, tiers: POLICY_PRESETS[name] });
  });

  it('may be tiers in any order, kept with the earliest deadline first', () => {
    const stated = [
      { untilMinutesBefore: 60, refundBps: 2_000 },
      { untilMinutesBefore: 600, refundBps: 10_000 },
    ];
    expect(policyFault(stated)).toBeUndefined();
    expect(cancellationPolicy(stated)).toEqual({ name: 'custom', tiers: [stated[1], stated[0]] });
  });

  it('may give nothing back', () => {
    expect(policyFault([])).toBeUndefined();
    expect(cancellationPolicy([])).toEqual({ name: 'custom', tiers: [] });
  });

  it.each([
    ['an unknown preset', 'lenient'],
    ['a number', 7],
    ['null', null],
    ['an object', { untilMinutesBefore: 60, refundBps: 0 }],
    ['too many tiers', Array.from({ length: 11 }, (_, n) => ({ untilMinutesBefore: n, refundBps: 0 }))],
    ['a tier that is no object', [3]],
    ['a fraction', [{ untilMinutesBefore: 1.5, refundBps: 0 }]],
    ['more than everything', [{ untilMinutesBefore: 1, refundBps: 10_001 }]],
    ['a negative deadline', [{ untilMinutesBefore: -1, refundBps: 1 }]],
    ['a missing part', [{ untilMinutesBefore: 1 }]],
    ['an unknown part', [{ untilMinutesBefore: 1, refundBps: 1, name: 'x' }]],
    [
      'one deadline twice',
      [
        { untilMinutesBefore: 1, refundBps: 1 },
        { untilMinutesBefore: 1, refundBps: 2 },
      ],
    ],
    [
      'more for the later',
      [
        { untilMinutesBefore: 9, refundBps: 1 },
        { untilMinutesBefore: 1, refundBps: 2 },
      ],
    ],
  ])('is refused: %s', (_, stated) => {
    expect(policyFault(stated)).toEqual(expect.any(String));
  });
});
