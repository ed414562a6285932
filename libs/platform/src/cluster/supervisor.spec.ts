import type { Config } from '@app/config';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from './supervisor.js';

/** So long a process loads its modules, and hears nothing. */
const LOADING_MS = 20;

/** Stands in for a process of the API: it says what runReplicated has one say, or fails as its settings have it fail. */
const REPLICA = `
  const tell = (message) => process.send(message);
  setTimeout(() => {
    process.on('message', (message) => {
      if (message.type === 'travellr:config') {
        const { fate } = message.config;
        if (fate === 'never up') process.exit(3);
        if (fate === 'hangs') return;
        tell({ type: 'travellr:ready', url: 'http://127.0.0.1' });
        if (fate === 'short') process.exit(4);
        if (fate === 'asks') tell({ type: 'travellr:question', id: 7, topic: 'pid', about: null, withinMs: 5000 });
      }
      if (message.type === 'travellr:question') tell({ type: 'travellr:answer', id: message.id, answer: process.pid });
      if (message.type === 'travellr:answers') tell({ type: 'test:answers', pid: process.pid, answers: message.answers });
      if (message.type === 'travellr:retire') tell({ type: 'travellr:leaving' });
      if (message.type === 'travellr:stop' || message.type === 'travellr:left') process.exit(0);
    });
    tell({ type: 'travellr:hello' });
  }, ${LOADING_MS});
`;

const NO_WAIT = { first: 1, longest: 1 };

describe('the supervisor of several processes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'travellr-supervisor-'));
  const entry = join(directory, 'replica.cjs');
  const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const announce = jest.fn();
  const log = jest.fn();
  let stops: (() => Promise<void>)[] = [];
  let config: { webConcurrency: number; fate?: string };

  beforeAll(() => writeFileSync(entry, REPLICA));
  afterEach(async () => {
    await Promise.all(stops.map((stop) => stop()));
    stops = [];
    process.removeAllListeners('SIGHUP');
    jest.clearAllMocks();
  });
  afterAll(() => {
    told.mockRestore();
    rmSync(directory, { recursive: true });
  });

  /** Two processes, with such a fate; those that follow have the one that is in the settings by then. */
  function supervise(fate?: string, startWithinMs?: number): Promise<'failed'> {
    config = { webConcurrency: 2, fate };
    const context = {
      config: config as unknown as Config,
      log,
      onStop: (step: () => Promise<void>) => void stops.push(step),
    };
    return new Supervisor(context, NO_WAIT, startWithinMs).run(entry, announce);
  }

  const pids = () => Object.values(cluster.workers ?? {}).map((worker) => worker!.process.pid!);
  const another = () => once(cluster, 'fork');
  const announced = () => new Promise<void>((resolve) => announce.mockImplementation(resolve));
  const anotherUp = async () => {
    await another();
    for (;;) {
      const [, message] = (await once(cluster, 'message')) as [unknown, { type: string }];
      if (message.type === 'travellr:ready') return;
    }
  };

  it('announces them once all are up, and ends them', async () => {
    const up = announced();
    void supervise();
    await up;

    expect(announce).toHaveBeenCalledTimes(1);
    expect(pids()).toHaveLength(2);
    await stops[0]!();
    expect(pids()).toEqual([]);
  });

  it('ends those, too, that do not hear it yet', async () => {
    const outcome = supervise().catch((error: Error) => error.message);
    await stops[0]!();

    expect(pids()).toEqual([]);
    expect(await outcome).toContain('a process did not start (SIGTERM)');
  });

  it('replaces one that dies', async () => {
    const up = announced();
    void supervise();
    await up;
    const [victim, other] = pids();
    const successor = anotherUp();
    process.kill(victim!, 'SIGKILL');
    await successor;

    expect(pids()).toHaveLength(2);
    expect(pids()).toContain(other);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('a process has ended (SIGKILL)'));
  });

  it('does not go on when one of the first does not come up', async () => {
    await expect(supervise('never up')).rejects.toThrow('a process did not start (exit code 3)');
    expect(announce).not.toHaveBeenCalled();
  });

  it('gives up on those that die again and again', async () => {
    expect(await supervise('short')).toBe('failed');

    expect(told).toHaveBeenCalledWith(expect.stringContaining('6 times in a row (exit code 4): giving up'));
  });

  it('replaces all of them on SIGHUP', async () => {
    const up = announced();
    void supervise();
    await up;
    const before = pids();
    const restarted = new Promise((resolve) => log.mockImplementation(resolve));
    process.emit('SIGHUP');

    expect(await restarted).toBe('Travellr has restarted');
    expect(pids()).toHaveLength(2);
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
  });

  it('keeps the old ones when a new one hangs, says so, and hears the next SIGHUP', async () => {
    const up = announced();
    void supervise(undefined, 100);
    await up;
    const before = pids();
    config.fate = 'hangs';
    for (let restart = 1; restart <= 2; restart += 1) {
      const refused = new Promise<void>((resolve) => {
        told.mockImplementation((text) => (String(text).startsWith('no restart') && resolve(), true));
      });
      process.emit('SIGHUP');
      await refused;
      expect(pids()).toEqual(expect.arrayContaining(before));
    }

    expect(told).toHaveBeenCalledWith('a new process was not up after 0.1 s: it is ended\n');
    expect(log).not.toHaveBeenCalled();
  });

  it('gives up on those that hang as on those that die', async () => {
    const up = announced();
    const outcome = supervise(undefined, 100);
    await up;
    config.fate = 'hangs';
    process.kill(pids()[0]!, 'SIGKILL');

    expect(await outcome).toBe('failed');
  });

  it('asks the others what one of them wants to know', async () => {
    const heard: { pid: number; answers: number[] }[] = [];
    const all = new Promise<void>((resolve) => {
      cluster.on('message', (_, message: { type: string; pid: number; answers: number[] }) => {
        if (message.type === 'test:answers' && heard.push(message) === 2) resolve();
      });
    });
    void supervise('asks');
    await all;

    for (const { pid, answers } of heard) expect(answers).not.toContain(pid);
    expect(heard.flatMap(({ answers }) => answers).every((pid) => pids().includes(pid))).toBe(true);
    cluster.removeAllListeners('message');
  });
});
