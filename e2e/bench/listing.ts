// Benchmark, run on the host: `ipvsadm -Ln` of a large table beside `--version` and an empty Node, whole processes in turn. A
// machine without IPVS serves as well: the kernel's answers come from a file, in datagrams as Linux 6.1 sends them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIp } from '../../packages/config/src/address.ts';
import { writeAttributes } from '../../packages/netlink/src/codec/attribute.ts';
import { ByteWriter, windowOf } from '../../packages/netlink/src/codec/bytes.ts';
import { controlCommand, controlTable, writeGenericHeader } from '../../packages/netlink/src/codec/generic.ts';
import { controlType, messageFlag, writeMessage } from '../../packages/netlink/src/codec/message.ts';
import { commandTable, infoTable, ipvsCommand, stats32Table } from '../../packages/netlink/src/ipvs/command.ts';
import { encodeDestination } from '../../packages/netlink/src/ipvs/destination.ts';
import { encodeService } from '../../packages/netlink/src/ipvs/service.ts';
import { perService, serverAddress, serviceAddress, vipward } from './lab-host.ts';

const servers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 31);
const folder = mkdtempSync(join(tmpdir(), 'bench-listing-'));

type Write = (writer: ByteWriter) => void;

const address = (text: string) => {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

const zeros = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };
const stats64 = { ...zeros, cps: 0n, inPps: 0n, outPps: 0n, inBps: 0n, outBps: 0n };
const stats32 = new ByteWriter();
const short = { connections: 0, inPackets: 0, outPackets: 0, cps: 0, inPps: 0, outPps: 0, inBps: 0, outBps: 0 };
writeAttributes(stats32, stats32Table, { ...short, inBytes: 0n, outBytes: 0n });
const counters = { stats: windowOf(stats32.written()), stats64 };

const service = (i: number): Write => {
  const key = { kind: 'address', protocol: 6, address: address(serviceAddress(i)), port: 80 } as const;
  const plain = { persistent: false, onePacket: false, schedFlags: 0, timeout: 0, netmask: 0xffffffff, engine: '' };
  return (writer) => {
    writeGenericHeader(writer, ipvsCommand.newService, 1);
    writeAttributes(writer, commandTable, {
      service: { ...encodeService({ key, scheduler: 'wrr', ...plain }), ...counters },
    });
  };
};

const server =
  (i: number): Write =>
  (writer) => {
    const key = { address: address(serverAddress(i)), port: 80 };
    const rest = { forwarding: 'route', weight: 100, upperThreshold: 0, lowerThreshold: 0 } as const;
    const connections = { activeConnections: 0, inactiveConnections: 0, persistentConnections: 0 };
    const tunnel = { tunnelType: 0, tunnelPort: 0, tunnelFlags: 0 };
    writeGenericHeader(writer, ipvsCommand.newDestination, 1);
    writeAttributes(writer, commandTable, {
      destination: { ...encodeDestination({ key, ...rest }), ...connections, ...counters, ...tunnel },
    });
  };

const datagrams = new ByteWriter(1 << 20);
const datagram = (...messages: readonly ((into: ByteWriter) => void)[]): readonly [number, number] => {
  const start = datagrams.length;
  for (const write of messages) write(datagrams);
  return [start, datagrams.length - start];
};
const message =
  (type: number, flags: number, payload: Write): Write =>
  (writer) =>
    void writeMessage(writer, { type, flags, sequence: 0 }, payload);

const ipvsFamily = 0x20;
const reply = (payload: Write): Write => message(ipvsFamily, messageFlag.multi, payload);
const ack = message(controlType.error, messageFlag.capped, (writer) => writer.zeros(20));
const done = message(controlType.done, messageFlag.multi, (writer) => writer.u32(0));
/** What fits into one, since netlink fills 32 kB less its own header. */
const room = 32_448;

/** A dump: full datagrams, and the end in one of its own. */
const dump = (entries: readonly Write[]): number[] => {
  const found: number[] = [];
  let pending: Write[] = [];
  const longest = new ByteWriter();
  for (const entry of entries) reply(entry)(longest);
  const each = entries.length === 0 ? 1 : longest.length / entries.length;
  for (const entry of entries) {
    if ((pending.length + 1) * each > room) {
      found.push(...datagram(...pending));
      pending = [];
    }
    pending.push(reply(entry));
  }
  if (pending.length > 0) found.push(...datagram(...pending));
  return [...found, ...datagram(done)];
};

const writeAnswers = (): void => {
  const services = servers / perService;
  const lists = Array.from({ length: services }, (_, i) =>
    Array.from({ length: perService }, (_unused, j) => server(i * perService + (perService - 1 - j))),
  ).map(dump);
  const family = message(0x10, 0, (writer) => {
    writeGenericHeader(writer, controlCommand.newFamily, 1);
    writeAttributes(writer, controlTable, { familyId: ipvsFamily });
  });
  const info = message(ipvsFamily, 0, (writer) => {
    writeGenericHeader(writer, ipvsCommand.setInfo, 1);
    writeAttributes(writer, infoTable, { version: 0x10201, connectionTableSize: 4096 });
  });
  const index = {
    family: [[...datagram(family), ...datagram(ack)]],
    [ipvsCommand.getInfo]: [[...datagram(info), ...datagram(ack)]],
    [ipvsCommand.getService]: [dump(Array.from({ length: services }, (_, i) => service(i)))],
    // A list of more than one datagram is asked for twice.
    [ipvsCommand.getDestination]: lists.flatMap((list) => (list.length > 4 ? [list, list] : [list])),
  };
  writeFileSync(join(folder, 'datagrams'), datagrams.written());
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
};

const run = (command: string, words: readonly string[], lines: number): number => {
  const answers = new URL('answers.cjs', import.meta.url).pathname;
  const env = { ...process.env, NODE_OPTIONS: `--require=${answers}`, VIPWARD_ANSWERS: folder };
  const start = process.hrtime.bigint();
  const ended = spawnSync(command, words, { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  const printed = ended.stdout.split('\n').length - 1;
  if (ended.status !== 0 || printed !== lines)
    throw new Error(
      `${command} ${words.join(' ')}: status ${ended.status}, ${printed} lines of ${lines}; ${ended.stderr}`,
    );
  return ms;
};

writeAnswers();
const contenders = {
  'empty Node': () => run(process.execPath, ['-e', '0'], 0),
  'vipward ipvsadm --version': () => run(vipward, ['ipvsadm', '--version'], 1),
  'vipward ipvsadm -Ln': () => run(vipward, ['ipvsadm', '-Ln'], 3 + servers + servers / perService),
};
const taken: [name: string, ms: number][] = [];
for (let round = 0; round <= rounds; round++)
  for (const [name, act] of Object.entries(contenders)) {
    const ms = act();
    // The first round warms caches.
    if (round > 0) taken.push([name, ms]);
  }
const times = Object.fromEntries(
  Object.keys(contenders).map((name) => [name, taken.flatMap(([whose, ms]) => (whose === name ? [ms] : []))]),
);
const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify({ servers, rounds, load, times })}\n`);
