import { migrate } from '../../dist/libs/database/src/index.js';
import { cpuOf, cpuOfFamily } from './cpu.mjs';
import { BenchServer } from './database.mjs';
import { Loader } from './loader.mjs';
import { SECRET, startApi, startFloor, stopProcesses } from './processes.mjs';
import { printMachine, rank } from './report.mjs';
import { seed } from './seed.mjs';
import { tokenOf } from './tokens.mjs';

const COUNTING = { shared_preload_libraries: 'pg_stat_statements' };
/** What clients have sent, each a round trip: what triggers run does not count, nor the conditions of deferred ones, which run at commit. */
const SENT = `
  SELECT coalesce(sum(calls), 0)::int AS statements FROM pg_stat_statements
  WHERE toplevel AND query !~* '^\\s*EXISTS' AND dbid = (SELECT oid FROM pg_database WHERE datname = $1)`;

/** A private PostgreSQL with seeded databases, servers on copies of them, and a process that loads one server at a time. */
export class Stage {
  /** Whatever happens, also Ctrl-C, nothing of what `act` starts is left behind. */
  static async run(act) {
    const stage = new Stage();
    const stop = () => (stage.stopped ??= stage.stop());
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.once(signal, () => void stop().finally(() => process.exit(1)));
    try {
      await stage.open();
      await act(stage);
    } catch (error) {
      if (!stage.stopped) throw error; // else it was cut off
    } finally {
      await stop();
    }
  }

  async open() {
    this.starting = BenchServer.start(COUNTING);
    this.postgres = await this.starting;
    await printMachine(this.postgres);
    this.postgresPid = await this.postgres.pid();
    this.statistics = await this.postgres.create('statistics');
    await this.statistics.query('CREATE EXTENSION pg_stat_statements');
    this.loader = new Loader();
  }

  /** @param size `{ trips, departures, travellers, bookings? }`. @returns a database to start servers on copies of. */
  async seed(name, size) {
    const startedAt = performance.now();
    const { url } = await this.postgres.create(name);
    await migrate(url);
    const { travellers, ...known } = await seed(url, size);
    const seconds = (performance.now() - startedAt) / 1000;
    const sizes = Object.entries(size).map(([of, count]) => `${count} ${of}`);
    console.log(`Seeded ${sizes.join(', ')} in ${seconds.toFixed(0)} s.`);
    return {
      name,
      known: { ...known, travellers: travellers.map((id) => ({ id, token: tokenOf(id, SECRET) })) },
    };
  }

  /** @param seeded what {@link seed} gave. @param settings environment variables of the product. */
  startProduct(name, seeded, settings = {}) {
    return this.start(name, seeded, (url) => startApi(url, { WORKER: 'off', ...settings }));
  }

  startFloor(seeded) {
    return this.start('floor', seeded, startFloor);
  }

  async start(name, { name: template, known }, start) {
    const { url } = await this.postgres.create(name, template);
    const server = { name, ...(await start(url)) };
    const { nextCursor } = await (await fetch(`${server.url}/trips?limit=1`)).json();
    server.known = { ...known, cursor: nextCursor };
    this.loader.tell(name, server.known);
    return server;
  }

  /** What else the load is to know of a server's database. */
  tell(server, more) {
    Object.assign(server.known, more);
    this.loader.tell(server.name, server.known);
  }

  /**
   * @returns what one load came to: `rate` a second, `p50` and `p99` in ms, `serverMs`, `postgresMs` and
   * `loadMs` of CPU and `statements` each.
   */
  async measure(server, load, { clients, seconds }) {
    const before = await this.usage(server);
    const { latencies, asked } = await this.loader.run({
      server: server.name,
      url: server.url,
      load,
      clients,
      seconds,
    });
    const after = await this.usage(server);
    const sorted = latencies.sort();
    const each = (of) => (after[of] - before[of]) / asked;
    return {
      rate: latencies.length / seconds,
      p50: rank(sorted, 0.5),
      p99: rank(sorted, 0.99),
      serverMs: each('server') * 1000,
      postgresMs: each('postgres') * 1000,
      loadMs: each('load') * 1000,
      statements: each('statements'),
    };
  }

  async usage({ name, pid }) {
    const [{ statements }] = await this.statistics.query(SENT, [name]);
    return {
      server: cpuOfFamily(pid),
      postgres: cpuOfFamily(this.postgresPid),
      load: cpuOf(this.loader.child.pid),
      statements,
    };
  }

  async stop() {
    await stopProcesses();
    await (await this.starting)?.stop();
  }
}
