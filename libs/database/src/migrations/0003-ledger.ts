import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Ledger1763800000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE ledger_accounts (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        vendor_id uuid,
        currency char(3) NOT NULL,
        CONSTRAINT ledger_accounts_key UNIQUE NULLS NOT DISTINCT (name, vendor_id, currency),
        CONSTRAINT ledger_accounts_vendor_check CHECK ((name LIKE 'vendor:%') = (vendor_id IS NOT NULL))
      );
      CREATE INDEX ledger_accounts_vendor ON ledger_accounts (vendor_id);

      CREATE TABLE journals (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        source_type text NOT NULL,
        source_id uuid NOT NULL,
        booking_id uuid,
        occurred_at timestamptz NOT NULL,
        CONSTRAINT journals_source_key UNIQUE (kind, source_type, source_id)
      );
      CREATE INDEX journals_booking ON journals (booking_id);

      -- amount is signed minor units of the account's currency: debit positive, credit negative.
      CREATE TABLE postings (
        journal_id uuid NOT NULL CONSTRAINT postings_journal_fkey REFERENCES journals,
        account_id uuid NOT NULL CONSTRAINT postings_account_fkey REFERENCES ledger_accounts,
        amount bigint NOT NULL CONSTRAINT postings_amount_check CHECK (amount <> 0),
        CONSTRAINT postings_pkey PRIMARY KEY (journal_id, account_id)
      );
      CREATE INDEX postings_account ON postings (account_id) INCLUDE (amount);

      CREATE FUNCTION refuse_unbalanced_journal() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM postings JOIN ledger_accounts account ON account.id = account_id
          WHERE journal_id = NEW.journal_id GROUP BY account.currency HAVING sum(amount) <> 0
        ) THEN
          RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_balanced';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER journals_balanced AFTER INSERT ON postings
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_journal();

      CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the books are only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_immutable';
      END $$;
      CREATE TRIGGER ledger_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
      CREATE TRIGGER ledger_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON journals
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
      CREATE TRIGGER ledger_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_accounts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP TABLE postings, journals, ledger_accounts;
      DROP FUNCTION refuse_unbalanced_journal, refuse_ledger_change;
    `);
  }
}
