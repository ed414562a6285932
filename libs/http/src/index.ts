export { Authenticator, CurrentUser, Public, Roles, type Actor, type Role } from './actor.js';
export * from './fields/index.js';
export { HttpModule } from './http.module.js';
export {
  BodyTooLarge,
  Forbidden,
  HeadersTooLarge,
  InternalError,
  InvalidRequest,
  MalformedRequest,
  RequestTimedOut,
  ResourceNotFound,
  Unauthenticated,
  Unavailable,
} from './http.errors.js';
export { Idempotency, type Alongside } from './idempotency.js';
export { IdempotencyKey, Idempotent, type IdempotentRequest } from './idempotent-request.js';
export { RequestInProgress } from './idempotency.errors.js';
export {
  insertKeys,
  insertKeysFrom,
  isKeyTaken,
  keyRows,
  settleKey,
  type KeyOf,
} from './idempotency-keys.js';
export { IdParam } from './id-param.js';
export { MoneyField, MoneyView, SignedMoneyField, SignedMoneyView } from './money.dto.js';
export { PageOf, PageQuery, decodeCursor, encodeCursor, page, type Page } from './page.js';
export { PROBLEM_TYPE, ProblemFilter, problemOf, sendProblem, statusOf } from './problem.filter.js';
export { Problems } from './problems.js';
export { AnyQuery } from './query.guard.js';
export { NoRateLimit, RateLimit } from './rate-limits/rate-limit.js';
export { RateLimited } from './rate-limits/rate-limit.errors.js';
export { RequestValidation } from './request-validation.js';
export { sendSecurityHeaders } from './security-headers.js';
export { parseDayOrInstant, readTimeRange, TimeRangeQuery, type TimeRange } from './time-range.js';
