import { newId } from '@app/kernel';

/** What could be an id at all: the rest need not be looked up, and PostgreSQL could not even read some of it. */
export const MOCK_ID = /^\w+$/;

/** Ids that tell whose they are, and of what, e.g. `mock_pi_019a8e4c...`. */
export const mockId = (kind: string): string => `mock_${kind}_${newId().replaceAll('-', '')}`;
