// Runs of `add service, add its servers`, as our batches: `batch.ts dump FILE COUNT` writes the datagrams for batch-loop.c,
// `batch.ts list FILE` the runs of dumps that list the table as it is,
// `batch.ts apply COUNT` sends the batches and prints the nanoseconds of each run. The first run finds the code cold, later ones warm.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseIp } from '../../packages/config/src/address.ts';
import { messageFlag } from '../../packages/netlink/src/codec/message.ts';
import { type IpvsOperation, openIpvsKernel, type ServiceKey } from '../../packages/netlink/src/index.ts';
import { ipvsCommand } from '../../packages/netlink/src/ipvs/command.ts';
import { ipvsRequest } from '../../packages/netlink/src/ipvs/operation.ts';
import { encodeServiceKey } from '../../packages/netlink/src/ipvs/service.ts';
import { operationList } from '../../packages/netlink/src/ipvs/write-operation.ts';
import { packetLimits, packetOf, packetsOf, seal } from '../../packages/netlink/src/transport/packet.ts';
import { perService, serverAddress, serviceAddress } from './lab-host.ts';

const address = (text: string) => {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

// As a plan has them: the operations of one service share its key.
const operations = (count: number, port: number): readonly IpvsOperation[] => {
  const list: IpvsOperation[] = [];
  for (let first = 0; first < count; first += perService) {
    const service: ServiceKey = {
      kind: 'address',
      protocol: 6,
      address: address(serviceAddress(first / perService)),
      port,
    };
    const plain = { persistent: false, onePacket: false, schedFlags: 0, timeout: 0, netmask: 0xffffffff, engine: '' };
    list.push({ kind: 'add-service', service: { key: service, scheduler: 'wrr', ...plain } });
    for (let i = first; i < Math.min(first + perService, count); i += 1) {
      const key = { address: address(serverAddress(i)), port };
      const destination = { key, forwarding: 'route', weight: 100, upperThreshold: 0, lowerThreshold: 0 } as const;
      list.push({ kind: 'add-destination', service, destination });
    }
  }
  return list;
};

const [what, ...words] = process.argv.slice(2);
const count = Number(what === 'list' ? 0 : words.at(-1));
// A daemon goes on for months: the last of them find the code as the optimizing compiler leaves it.
const runs = Array.from({ length: 40 }, (_, i) => 80 + i);
const kernel = await openIpvsKernel();

if (what === 'apply') {
  for (const port of runs) {
    const run = operations(count, port);
    // What making the list has left behind is no part of sending it, and its threads finish before.
    globalThis.gc?.();
    await sleep(100);
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
  const record = (datagram: Uint8Array): void =>
    void records.push(new Uint8Array(Uint32Array.of(datagram.length).buffer), Uint8Array.from(datagram));
  const services = what === 'list' ? await kernel.services() : [];
  for (const _ of what === 'list' ? runs : []) {
    for (const { key } of services) {
      const attributes = { service: encodeServiceKey(key) };
      const request = ipvsRequest(family, ipvsCommand.getDestination, attributes, () => 'list');
      record(seal(packetOf({ ...request, flags: messageFlag.dump }), sequence++, true));
    }
    record(new Uint8Array(0));
  }
  for (const port of what === 'dump' ? runs : []) {
    for (const packet of packetsOf(
      operationList(family, operations(count, port)),
      undefined,
      () => packetLimits.requests,
    )) {
      const datagram = seal(packet, sequence, false);
      sequence += packet.offsets.length;
      record(datagram);
    }
    record(new Uint8Array(0));
  }
  writeFileSync(words[0] ?? '', Buffer.concat(records));
}
kernel.close();
