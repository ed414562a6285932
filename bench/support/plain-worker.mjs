/** node plain-worker.mjs: a worker of the plain house at DATABASE_URL, until SIGTERM. */
import { PlainHouse } from './plain-house.mjs';

// oxlint-disable-next-line node/no-process-env -- handed over by the bench
const house = await PlainHouse.open(process.env.DATABASE_URL, { worker: true });
process.once('SIGTERM', () => void house.close().then(() => process.exit(0)));
console.log('The plain worker is ready');
