import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { InvalidRequest } from './http.errors.js';
import { IntegerField, TextField } from './fields/index.js';

export class PageQuery {
  @IntegerField({
    description: 'How many at most',
    min: 1,
    max: 100,
    default: 20,
    optional: true,
    fromQuery: true,
  })
  limit: number = 20;

  @TextField({ description: 'The `nextCursor` of the page before', optional: true, max: 500 })
  cursor?: string;
}

export interface Page<T> {
  readonly data: T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The documented class of a page: `class BookingPage extends PageOf(BookingView) {}`. */
export function PageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageView implements Page<T> {
    @ApiProperty({ type: [item] })
    readonly data: T[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Pass it as `cursor` for the next page; null on the last',
    })
    readonly nextCursor: string | null;
  }
  return PageView;
}

/**
 * Cuts `rows`, read with `limit + 1`, to one page.
 * @param keyOf what the query sorts by, in order, ending with something unique: the keyset of the next page.
 */
export function page<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => readonly (string | number)[],
): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * @param checks one predicate for each part of the key: a cursor comes back from a client, so nothing in it is trusted.
 * @throws InvalidRequest when it is not one of ours.
 */
export function decodeCursor(
  cursor: string | undefined,
  checks: readonly ((part: unknown) => boolean)[],
): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  const key = parse(cursor);
  if (
    !Array.isArray(key) ||
    key.length !== checks.length ||
    !checks.every((check, index) => check(key[index]))
  ) {
    throw InvalidRequest.field('cursor', 'must be the nextCursor of an earlier page of the same list');
  }
  return key as (string | number)[];
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
