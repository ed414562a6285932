export type { FieldOptions } from './field.js';
export * from './nested-fields.js';
export * from './number-fields.js';
export * from './text-fields.js';
export * from './time-fields.js';
export * from './word-fields.js';
