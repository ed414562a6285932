export { Clock, ManualClock, SystemClock } from './clock.js';
export { DomainError, type ErrorKind, type FieldError, type ProblemType } from './domain-error.js';
export { newId } from './id.js';
export { type IntegrityCheck } from './integrity.js';
export { currency, isCurrency, type Currency } from './currency.js';
export { floorToStep, MAX_AMOUNT, money, shareOf, type Money } from './money.js';
