export type DepartureStatus = 'scheduled' | 'closed' | 'cancelled' | 'done';

/** From each status, where a departure may go next. Only `scheduled` sells. */
export const DEPARTURE_TRANSITIONS: Readonly<Record<DepartureStatus, readonly DepartureStatus[]>> = {
  scheduled: ['closed', 'cancelled', 'done'],
  closed: ['scheduled', 'cancelled', 'done'],
  cancelled: [],
  done: [],
};

export const DEPARTURE_STATUSES = Object.keys(DEPARTURE_TRANSITIONS) as readonly DepartureStatus[];

/** The statuses that may precede `next`. */
export function statusesBefore(next: DepartureStatus): DepartureStatus[] {
  return DEPARTURE_STATUSES.filter((status) => DEPARTURE_TRANSITIONS[status].includes(next));
}
