export type TripStatus = 'draft' | 'published' | 'archived';

/** From each status, where a trip may go next. */
export const TRIP_TRANSITIONS: Readonly<Record<TripStatus, readonly TripStatus[]>> = {
  draft: ['published', 'archived'],
  published: ['archived'],
  archived: [],
};

export const TRIP_STATUSES = Object.keys(TRIP_TRANSITIONS) as readonly TripStatus[];
