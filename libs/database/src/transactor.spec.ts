import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from './data-source.js';
import { Transactor } from './transactor.js';

describe('what follows a commit', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactor: Transactor;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    dataSource = await new DataSource(
      dataSourceOptions({
        url: database.url,
        poolSize: 2,
        applicationName: 'transactor-spec',
        pooled: false,
        prepared: false,
      }),
    ).initialize();
    transactor = new Transactor(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is done before the caller has his answer, whatever else fails', async () => {
    const done: string[] = [];
    const answer = await transactor.run(async (tx) => {
      transactor.onCommit(tx, () => {
        throw new Error('at once');
      });
      transactor.onCommit(tx, () => Promise.reject(new Error('in the end')));
      transactor.onCommit(tx, async () => {
        await dataSource.query('SELECT 1');
        done.push('dropped');
      });
      return 'committed';
    });

    expect([answer, ...done]).toEqual(['committed', 'dropped']);
  });

  it('does not happen when there was none', async () => {
    const hook = jest.fn();
    const failed = transactor.run(async (tx) => {
      transactor.onCommit(tx, hook);
      throw new Error('no');
    });

    await expect(failed).rejects.toThrow('no');
    expect(hook).not.toHaveBeenCalled();
  });
});
