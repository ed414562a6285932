/** graphile-worker's ids of jobs are a bigserial. */
export const isJobId = (id: unknown): id is string => typeof id === 'string' && /^[1-9]\d{0,17}$/.test(id);
