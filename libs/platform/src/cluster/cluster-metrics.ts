import { Unavailable } from '@app/http';
import { AggregatorRegistry, type MetricObject, type Registry } from 'prom-client';
import { answerSiblings, askSiblings, hasSiblings } from './siblings.js';

const TOPIC = 'metrics';

/** More than one of them waits for the database, see backlog-metrics.ts, and less than Prometheus waits. */
const WITHIN_MS = 5_000;

/** Lets siblings scrape this process. */
export function shareMetrics(registry: Registry): void {
  if (hasSiblings) answerSiblings(TOPIC, () => registry.getMetricsAsJSON());
}

/**
 * The metrics of this process and its siblings, as one: a scrape reaches whichever is free. Counters and most gauges are summed.
 * @throws Unavailable when one of them does not answer: without it counters would seem to go backwards.
 */
export async function metricsOfAll(registry: Registry): Promise<string> {
  if (!hasSiblings) return registry.metrics();
  const [own, others] = await Promise.all([registry.getMetricsAsJSON(), askSiblings(TOPIC, null, WITHIN_MS)]);
  if (others.missing > 0) throw new Unavailable('not every process tells its metrics', {}, 1);
  const told = others.answers.filter((answer) => Array.isArray(answer)) as MetricObject[][];
  return AggregatorRegistry.aggregate([own, ...told] as object[]).metrics();
}
