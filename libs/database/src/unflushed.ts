/**
 * In SQL: what the transaction writes is not waited for to be on disk. A crash of PostgreSQL may lose it, but then also all that was committed
 * later, for it is one log (PostgreSQL manual, "Asynchronous Commit"): for what is only of use to what follows it.
 */
export const UNFLUSHED = `set_config('synchronous_commit', 'off', true)`;
