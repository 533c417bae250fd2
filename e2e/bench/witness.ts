// Runs in a namespace and prints the moment (CLOCK_MONOTONIC, ns) at which its table has all real servers: witness.ts COUNT
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
process.stdout.write('ready\n');
for (;;) {
  const last = await kernel.destinations({ kind: 'address', protocol: 6, address, port: 80 });
  if (last.length === lastCount) {
    const now = process.hrtime.bigint();
    const all = (await kernel.table()).reduce((sum, { destinations }) => sum + destinations.length, 0);
    if (all === wanted) {
      process.stdout.write(`${now}\n`);
      break;
    }
  }
  await setTimeout(10);
}
kernel.close();
