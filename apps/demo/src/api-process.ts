import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../api/src/main.js', import.meta.url));
const READY = /^Travellr is ready: (\S+)\/docs$/;

/** The API as `npm start` runs it, in a process of its own. */
export class ApiProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves once it listens. @throws Error when it ends before; what it had to say is on stderr by then. */
  static async start(environment: NodeJS.ProcessEnv): Promise<ApiProcess> {
    const child = spawn(process.execPath, [ENTRY], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the API did not start')));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = READY.exec(line)?.[1];
        if (ready) resolve(ready);
        else process.stdout.write(`${line}\n`);
      });
    });
    return new ApiProcess(url, child);
  }

  /** Resolves when it ends by itself, or by the Ctrl-C that reaches every process of a terminal. */
  async ended(): Promise<void> {
    if (!this.isOver) await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    if (!this.isOver) this.child.kill('SIGTERM');
    await this.ended();
  }

  private get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
