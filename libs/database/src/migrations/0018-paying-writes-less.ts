import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An attempt is written three times while it is paid, and each time into every index: the one that nobody reads is gone. */
export class PayingWritesLess1763800000018 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX payments_status');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX payments_status ON payments (status, id)');
  }
}
