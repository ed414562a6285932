import { median } from './report.mjs';

/** Until V8 has compiled what a load runs; a server that has been up for a while has. */
const WARM_UP_SECONDS = 4;

/**
 * One load on each of the servers in turn, round after round, so that whatever else the machine does meets all of them.
 * @returns for each server the medians of what {@link Stage.measure} gives, and `ratio`, the median of the rounds' ratios of the rates
 * to those of the last server.
 */
export async function rounds(stage, servers, load, { count, clients, seconds }) {
  for (const server of servers)
    await stage.measure(server, load, { clients, seconds: Math.min(WARM_UP_SECONDS, 2 * seconds) });
  const measured = servers.map(() => []);
  for (let round = 0; round < count; round += 1)
    for (const [index, server] of servers.entries())
      measured[index].push(await stage.measure(server, load, { clients, seconds }));
  const last = measured.at(-1);
  return measured.map((results) => ({
    ...mediansOf(results),
    ratio: median(results.map(({ rate }, round) => rate / last[round].rate)),
  }));
}

function mediansOf(results) {
  return Object.fromEntries(
    Object.keys(results[0]).map((key) => [key, median(results.map((result) => result[key]))]),
  );
}
