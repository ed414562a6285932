import type { Query } from './soundness.js';

/** The houses that the present test file runs. */
const houses = new Set<Query>();

/** Has the books of a house looked at after each test, until it is closed. @returns what to call then. */
export function keepBalanced(query: Query): () => void {
  houses.add(query);
  return () => houses.delete(query);
}

/** Set up for every test file: no test of a running house ends with books that do not sum to zero. */
afterEach(async () => {
  for (const query of houses) {
    const unbalanced = await query(
      `SELECT account.currency, sum(posting.amount) AS total
       FROM postings posting JOIN ledger_accounts account ON account.id = posting.account_id
       GROUP BY account.currency HAVING sum(posting.amount) <> 0`,
    );
    if (unbalanced.length > 0) throw new Error(`the books do not balance: ${JSON.stringify(unbalanced)}`);
  }
});
