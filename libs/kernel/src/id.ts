import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562 section 5.7): unguessable, and ordered by creation, so that a primary key is also a keyset. */
export function newId(): string {
  return v7();
}
