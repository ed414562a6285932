import { Inject, Injectable } from '@nestjs/common';
import type { IntegrityCheck } from '@app/kernel';

export const INTEGRITY_CHECKS = Symbol('INTEGRITY_CHECKS');

export interface IntegrityReport {
  readonly ok: boolean;
  readonly checks: { name: string; ok: boolean; checked: number; violations: string[] }[];
}

/** Runs every feature's own check, one after the other. */
@Injectable()
export class Integrity {
  constructor(@Inject(INTEGRITY_CHECKS) private readonly checks: readonly IntegrityCheck[]) {}

  async run(): Promise<IntegrityReport> {
    const checks: IntegrityReport['checks'] = [];
    for (const check of this.checks) {
      const { checked, violations } = await check.run();
      checks.push({ name: check.name, ok: violations.length === 0, checked, violations });
    }
    return { ok: checks.every(({ ok }) => ok), checks };
  }
}
