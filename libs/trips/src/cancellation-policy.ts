/** Who cancels at least `untilMinutesBefore` elapsed minutes before the start gets `refundBps` hundredths of a percent back. */
export interface CancellationTier {
  readonly untilMinutesBefore: number;
  readonly refundBps: number;
}

/** `tiers`, the earliest deadline first. After the last of them, and with none at all, nothing is given back. */
export interface CancellationPolicy {
  readonly name: PolicyPreset | 'custom';
  readonly tiers: readonly CancellationTier[];
}

export type PolicyPreset = 'flexible' | 'moderate' | 'strict';

const DAY_MINUTES = 24 * 60;
const MAX_TIERS = 10;
const MAX_MINUTES_BEFORE = 366 * DAY_MINUTES;

export const POLICY_PRESETS: Readonly<Record<PolicyPreset, readonly CancellationTier[]>> = {
  flexible: [{ untilMinutesBefore: DAY_MINUTES, refundBps: 10_000 }],
  moderate: [
    { untilMinutesBefore: 5 * DAY_MINUTES, refundBps: 10_000 },
    { untilMinutesBefore: DAY_MINUTES, refundBps: 5_000 },
  ],
  strict: [{ untilMinutesBefore: 7 * DAY_MINUTES, refundBps: 5_000 }],
};

export const presetNames = Object.keys(POLICY_PRESETS) as readonly PolicyPreset[];

/** @param stated a preset's name, or tiers in any order, already checked by {@link policyFault}. */
export function cancellationPolicy(stated: PolicyPreset | readonly CancellationTier[]): CancellationPolicy {
  if (typeof stated === 'string') return { name: stated, tiers: POLICY_PRESETS[stated] };
  return { name: 'custom', tiers: inOrder(stated) };
}

/** What is wrong with a policy that a client sent; undefined when nothing is. */
export function policyFault(stated: unknown): string | undefined {
  if (typeof stated === 'string') {
    return presetNames.includes(stated as PolicyPreset)
      ? undefined
      : `must be ${presetNames.join(', ')}, or tiers`;
  }
  if (!Array.isArray(stated)) return `must be ${presetNames.join(', ')}, or a list of tiers`;
  if (stated.length > MAX_TIERS) return `must have at most ${MAX_TIERS} tiers`;
  if (!stated.every(isTier)) {
    return `each tier must be { untilMinutesBefore: 0 to ${MAX_MINUTES_BEFORE}, refundBps: 0 to 10000 }, in whole numbers`;
  }
  const tiers = inOrder(stated);
  const descends = tiers.every((tier, index) => {
    const before = tiers[index - 1];
    return (
      !before || (before.untilMinutesBefore > tier.untilMinutesBefore && before.refundBps >= tier.refundBps)
    );
  });
  return descends
    ? undefined
    : 'tiers must have distinct deadlines, and a later deadline must not give back more';
}

const inOrder = (tiers: readonly CancellationTier[]): CancellationTier[] =>
  [...tiers]
    .sort((a, b) => b.untilMinutesBefore - a.untilMinutesBefore)
    .map(({ untilMinutesBefore, refundBps }) => ({ untilMinutesBefore, refundBps }));

function isTier(value: unknown): value is CancellationTier {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { untilMinutesBefore, refundBps } = value as Partial<CancellationTier>;
  return isBetween(untilMinutesBefore, MAX_MINUTES_BEFORE) && isBetween(refundBps, 10_000);
}

const isBetween = (value: unknown, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
