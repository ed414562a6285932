import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The check of each line's journal looks its accounts up by their keys, whatever PostgreSQL thinks of the tables: joined, they were a
 * seventh of all that PostgreSQL does for a payment.
 */
export class BalanceLookedUp1763800000020 implements MigrationInterface {
  up(queryRunner: QueryRunner): Promise<void> {
    return replaceCheck(
      queryRunner,
      /* sql */ `
      SELECT FROM (
        SELECT amount, (SELECT currency FROM ledger_accounts WHERE id = account_id) AS currency
        FROM postings WHERE journal_id = NEW.journal_id
      ) line GROUP BY currency HAVING sum(amount) <> 0`,
    );
  }

  down(queryRunner: QueryRunner): Promise<void> {
    return replaceCheck(
      queryRunner,
      /* sql */ `
      SELECT FROM postings JOIN ledger_accounts account ON account.id = account_id
      WHERE journal_id = NEW.journal_id GROUP BY account.currency HAVING sum(amount) <> 0`,
    );
  }
}

async function replaceCheck(queryRunner: QueryRunner, unbalanced: string): Promise<void> {
  await queryRunner.query(/* sql */ `
    CREATE OR REPLACE FUNCTION refuse_unbalanced_journal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (${unbalanced}) THEN
        RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id
          USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_balanced';
      END IF;
      RETURN NULL;
    END $$`);
}
