import Module from 'node:module';

/** Leaves a server with a migrated template database in the environment of every Jest worker. */
export default async function globalSetup(): Promise<void> {
  resolveTypescript();
  const { provideTestServer } = await import('./test-server.js');
  await provideTestServer();
}

type Resolve = (request: string, parent: { filename: string }, ...rest: unknown[]) => string;

/** Jest applies `moduleNameMapper` to tests, not to global setup and teardown: this does the same there (`./x.js` is `./x.ts`). */
function resolveTypescript(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  loader._resolveFilename = (request, parent, ...rest) => {
    const isOurs = request.startsWith('.') && parent.filename.endsWith('.ts');
    return original(isOurs ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
  };
}
