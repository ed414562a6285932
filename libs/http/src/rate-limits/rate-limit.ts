import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import type { LimitName } from './limits.js';

export const RATE_LIMIT = 'travellr:rate-limit';

/** Gives a route limits of its own, in place of those that hold for any request. */
export const RateLimit = (name: Exclude<LimitName, 'requests'>) => SetMetadata(RATE_LIMIT, name);

/** Leaves a route, or every route of a controller, without a limit: for our own machines, and for news that are signed. */
export const NoRateLimit = () => applyDecorators(SkipThrottle(), ApiExtension('x-no-rate-limit', true));
