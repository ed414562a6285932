import { Worker } from '@app/events';
import { Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { poolOf, type PoolUse } from './connection-pool.js';
import { Metrics } from './metrics.js';

/** The connections that this process holds to the database, and whether the worker inside it works. */
@Injectable()
export class ProcessMetrics {
  constructor(
    { registry }: Metrics,
    @InjectDataSource() dataSource: DataSource,
    @Optional() worker?: Worker,
  ) {
    registry.registerMetric(
      connections({ queries: poolOf(dataSource), ...(worker && { worker: worker.connections }) }),
    );
    if (worker) registry.registerMetric(failingParts(worker));
  }
}

const connections = (pools: Readonly<Record<string, PoolUse>>) =>
  new Gauge({
    name: 'travellr_database_connections',
    help: 'Connections of this process to the database, used or idle, and how many more are being waited for',
    labelNames: ['pool', 'state'],
    registers: [],
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'used' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'awaited' }, waitingCount);
      }
    },
  });

const failingParts = (worker: Worker) =>
  new Gauge({
    name: 'travellr_worker_failing_parts',
    help: 'Of the worker in this process, the relay, the lanes and the look after other workers that fail at present; /health/ready names them',
    registers: [],
    collect() {
      this.set(worker.failing().length);
    },
  });
