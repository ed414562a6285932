import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { IntegerField } from '@app/http';
import { Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import { policyFault, presetNames, type CancellationTier } from './cancellation-policy.js';

export class CancellationTierView implements CancellationTier {
  @IntegerField({ description: 'Elapsed minutes before the start', min: 0, example: 1440 })
  untilMinutesBefore: number;

  @IntegerField({
    description: 'Given back, in hundredths of a percent',
    min: 0,
    max: 10_000,
    example: 10_000,
  })
  refundBps: number;
}

@ValidatorConstraint({ name: 'isCancellationPolicy' })
class IsCancellationPolicy implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return policyFault(value) === undefined;
  }

  defaultMessage({ property, value }: ValidationArguments): string {
    return `${property} ${policyFault(value)}`;
  }
}

/** A preset's name, or tiers of the vendor's own. */
export const CancellationPolicyField = () =>
  applyDecorators(
    ApiExtraModels(CancellationTierView),
    ApiProperty({
      description:
        'flexible: 100 % until 24 hours before. moderate: 100 % until 5 days, 50 % until 24 hours. strict: 50 % until 7 days. ' +
        'Or tiers of your own; nothing is given back after the last.',
      example: 'flexible',
      oneOf: [
        { type: 'string', enum: [...presetNames] },
        { type: 'array', maxItems: 10, items: { $ref: getSchemaPath(CancellationTierView) } },
      ],
    }),
    Validate(IsCancellationPolicy),
  );
