import { median } from './report.mjs';

/** Until V8 has compiled what a load runs; a server that has been up for a while has. */
const WARM_UP_SECONDS = 4;

/**
 * One load on each of the servers in turn (or one for each: `load(server)`), round after round, so that whatever else the machine does
 * meets all of them.
 * @returns for each server the medians of what {@link Stage.measure} gives, and `ratio`, the median of the rounds' ratios of the rates
 * to those of the last server.
 */
export async function rounds(stage, servers, load, { count, clients, seconds }) {
  const measure = (server, pace) =>
    stage.measure(server, typeof load === 'string' ? load : load(server), { clients, ...pace });
  for (const server of servers) await measure(server, { seconds: Math.min(WARM_UP_SECONDS, 2 * seconds) });
  const measured = servers.map(() => []);
  for (let round = 0; round < count; round += 1)
    for (const [index, server] of servers.entries()) measured[index].push(await measure(server, { seconds }));
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
