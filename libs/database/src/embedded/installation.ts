import { resolve } from 'node:path';
import { findBinaries, type Binaries } from './binaries.js';
import { openCluster, type Cluster } from './cluster.js';
import { locateCluster, reachableBinaries } from './location.js';
import { findOwner, type Owner } from './owner.js';

/** Everything that starting and stopping one cluster takes. */
export interface Installation {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly owner: Owner;
}

export interface InstallationOptions {
  readonly dataDir: string;
  readonly log: (line: string) => void;
  /** False skips flushing a new cluster to disk: for one that need not outlive a power cut. */
  readonly sync?: boolean;
}

/** Finds the cluster of `dataDir`, or creates it. Any number of processes may do so at once. */
export async function prepareInstallation(options: InstallationOptions): Promise<Installation> {
  const owner = await findOwner();
  const [binaries, directory] = await Promise.all([
    findBinaries().then(async (found) => reachableBinaries(found, owner)),
    locateCluster(resolve(options.dataDir), owner, options.log),
  ]);
  const cluster = await openCluster(directory, binaries, owner, { sync: options.sync ?? true });
  return { cluster, binaries, owner };
}
