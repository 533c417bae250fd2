// Runs in a namespace and prints the moment (CLOCK_MONOTONIC, ns) at which its table has all real servers, and then of every
// change of a weight in the last service, until it is killed: witness.ts COUNT
// It asks for the servers of the last service only, so that looking on costs the daemon that is measured next to nothing.
import { setTimeout } from 'node:timers/promises';
import { parseIp } from '../../packages/config/src/address.ts';
import { openIpvsKernel } from '../../packages/netlink/src/index.ts';
import { perService, serviceAddress } from './lab-host.ts';

const wanted = Number(process.argv[2]);
const address = parseIp(serviceAddress(Math.ceil(wanted / perService) - 1));
if (address === undefined) throw new Error('no such service');
const lastCount = wanted % perService || perService;

const kernel = await openIpvsKernel();
const all = async (): Promise<number> =>
  (await kernel.table()).reduce((sum, { destinations }) => sum + destinations.length, 0);
process.stdout.write('ready\n');
let full = false;
let weights = 0;
for (;;) {
  const last = await kernel.destinations({ kind: 'address', protocol: 6, address, port: 80 });
  const now = process.hrtime.bigint();
  const sum = last.reduce((total, destination) => total + destination.weight, 0);
  const changed: boolean = full ? sum !== weights : last.length === lastCount && (await all()) === wanted;
  if (changed) process.stdout.write(`${now}\n`);
  full ||= changed;
  weights = sum;
  await setTimeout(10);
}
