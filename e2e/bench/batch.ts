// Two runs of `add service, add its servers`, as our batches: `batch.ts dump FILE COUNT` writes the datagrams for batch-loop.c,
// `batch.ts apply COUNT` sends them and prints the nanoseconds of each run. The first run finds the code cold, the second warm.
import { writeFileSync } from 'node:fs';
import { parseIp } from '../../packages/config/src/address.ts';
import { type IpvsOperation, openIpvsKernel, type ServiceKey } from '../../packages/netlink/src/index.ts';
import { operationList } from '../../packages/netlink/src/ipvs/write-operation.ts';
import { packetsOf, seal } from '../../packages/netlink/src/transport/packet.ts';
import { perService, serverAddress, serviceAddress } from './lab-host.ts';

const address = (text: string) => {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

const operations = (count: number, port: number): readonly IpvsOperation[] => {
  const list: IpvsOperation[] = [];
  for (let i = 0; i < count; i += 1) {
    const service: ServiceKey = {
      kind: 'address',
      protocol: 6,
      address: address(serviceAddress(Math.floor(i / perService))),
      port,
    };
    if (i % perService === 0) {
      const plain = { persistent: false, onePacket: false, schedFlags: 0, timeout: 0, netmask: 0xffffffff, engine: '' };
      list.push({ kind: 'add-service', service: { key: service, scheduler: 'wrr', ...plain } });
    }
    list.push({
      kind: 'add-destination',
      service,
      destination: {
        key: { address: address(serverAddress(i)), port },
        forwarding: 'route',
        weight: 100,
        upperThreshold: 0,
        lowerThreshold: 0,
      },
    });
  }
  return list;
};

const [what, ...words] = process.argv.slice(2);
const count = Number(words.at(-1));
const runs = [operations(count, 80), operations(count, 81)];
const kernel = await openIpvsKernel();

if (what === 'apply') {
  for (const run of runs) {
    const start = process.hrtime.bigint();
    const refused = await kernel.apply(run);
    const took = process.hrtime.bigint() - start;
    if (refused.length > 0) throw refused[0]?.error;
    process.stdout.write(`${took}\n`);
  }
} else {
  const family = await kernel.family();
  const records: Uint8Array[] = [];
  let sequence = 1;
  for (const run of runs) {
    for (const packet of packetsOf(operationList(family, run))) {
      const datagram = seal(packet, sequence, false);
      sequence += packet.offsets.length;
      records.push(new Uint8Array(Uint32Array.of(datagram.length).buffer), datagram);
    }
    records.push(new Uint8Array(4));
  }
  writeFileSync(words[0] ?? '', Buffer.concat(records));
}
kernel.close();
