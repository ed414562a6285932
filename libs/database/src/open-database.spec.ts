import { createServer, type AddressInfo } from 'node:net';
import { createTestDatabase } from '../../../test/support/database.js';
import { openDatabase } from './open-database.js';

const silent = (): void => undefined;

function settings(url: string) {
  return { dataDir: '.data', database: { url, directUrl: url, poolSize: 2, prepared: true, migrate: true } };
}

describe('openDatabase', () => {
  it('hands back the database it was given', async () => {
    const database = await createTestDatabase();

    const opened = await openDatabase(settings(database.url), silent);

    expect(opened).toMatchObject({ url: database.url, directUrl: database.url });
    await opened.close();
    await database.drop();
  });

  it.each([
    ['nobody listens', 'postgres://ada:hunter2@127.0.0.1:1/travellr', '127.0.0.1:1'],
    ['the host is unknown', 'postgres://ada:hunter2@nowhere.invalid/travellr', 'nowhere.invalid'],
  ])('says which server it cannot use when %s, never the password', async (_why, url, host) => {
    const opening = openDatabase(settings(url), silent);

    await expect(opening).rejects.toThrow(`PostgreSQL at ${host} does not let us in`);
    await expect(opening).rejects.not.toThrow('hunter2');
  });

  it('refuses a server older than PostgreSQL 15', async () => {
    const old = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]));
        socket.on('data', (query) => query[0] === 0x51 && socket.write(versionAnswer('140012')));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => old.once('listening', resolve));
    const { port } = old.address() as AddressInfo;

    const opening = openDatabase(settings(`postgres://ada@127.0.0.1:${port}/travellr`), silent);

    await expect(opening).rejects.toThrow(
      `PostgreSQL 15 or newer is needed; 127.0.0.1:${port} runs PostgreSQL 14`,
    );
    old.close();
  });
});

/** Just enough of PostgreSQL's wire protocol (manual, chapter "Frontend/Backend Protocol") to answer one SHOW. */
function versionAnswer(version: string): Buffer {
  const column = Buffer.from('server_version_num\0');
  const field = Buffer.concat([
    int16(1),
    column,
    int32(0),
    int16(0),
    int32(25),
    int16(-1),
    int32(-1),
    int16(0),
  ]);
  const row = Buffer.concat([int16(1), int32(version.length), Buffer.from(version)]);
  const done = Buffer.from('SHOW\0');
  return Buffer.concat([
    message('T', field),
    message('D', row),
    message('C', done),
    message('Z', Buffer.from('I')),
  ]);
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}
