import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('createTestDatabase', () => {
  const databases: TestDatabase[] = [];
  const clients: Client[] = [];

  afterAll(async () => {
    await Promise.all(clients.map(async (client) => client.end()));
    await Promise.all(databases.map(async (database) => database.drop()));
  });

  it('gives each caller a migrated database of its own, many at once', async () => {
    databases.push(...(await Promise.all(Array.from({ length: 8 }, createTestDatabase))));
    for (const { url } of databases) clients.push(new Client({ connectionString: url }));
    await Promise.all(clients.map(async (client) => client.connect()));

    const [first, ...others] = clients;
    await first!.query(
      `INSERT INTO users (id, email, password_hash, name, role, created_at, updated_at)
       VALUES (gen_random_uuid(), 'ada@example.com', '-', 'Ada', 'traveller', now(), now())`,
    );

    expect((await first!.query('SELECT FROM users')).rowCount).toBe(1);
    for (const other of others) expect((await other.query('SELECT FROM users')).rowCount).toBe(0);
  });

  it('drops a database that is still connected to', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();

    await database.drop();

    await expect(new Client({ connectionString: database.url }).connect()).rejects.toThrow('does not exist');
  });
});
