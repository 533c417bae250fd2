// The real IPVS: every protocol, family, scheduler and forwarding method is created, read back equal, edited and deleted.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import { describeWith, needs } from '@vipward/testkit/jest';
import { canonicalDestination, canonicalService } from '../../src/ipvs/canonical.ts';
import type { NetlinkIpvsKernel } from '../../src/ipvs/kernel.ts';
import { destinationKeyId, serviceKeyId } from '../../src/ipvs/key.ts';
import type { Destination, IpvsOperation, Service, ServiceKey } from '../../src/ipvs/model.ts';
import { openIpvsKernel } from '../../src/ipvs/open.ts';

// The guest is slow, and slower beside other work.
jest.setTimeout(60_000);

const ip = (text: string) => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};
const ipvsadm = (...args: string[]): string => execFileSync('ipvsadm', args, { encoding: 'utf8' });

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh', 'none'];
const keys: readonly ServiceKey[] = ([6, 17, 132] as const).flatMap((protocol) => [
  { kind: 'address', protocol, address: ip('10.0.0.1'), port: 80 },
  { kind: 'address', protocol, address: ip('fd00::1'), port: 80 },
]);
const marks: readonly ServiceKey[] = [
  { kind: 'fwmark', mark: 1, family: 4 },
  { kind: 'fwmark', mark: 0xffffffff, family: 6 },
];
const everyKey = [...keys, ...marks];

const serviceOf = (key: ServiceKey, different: Partial<Service> = {}): Service =>
  canonicalService({
    key,
    scheduler: 'rr',
    persistent: false,
    onePacket: false,
    schedFlags: 0,
    timeout: 0,
    netmask: 0,
    engine: '',
    ...different,
  });

const destinationsOf = (key: ServiceKey): readonly Destination[] => {
  const ipv6 = key.kind === 'fwmark' ? key.family === 6 : key.address.family === 6;
  const address = (n: number) => ip(ipv6 ? `fd00:1::${n}` : `127.0.1.${n}`);
  const at = (n: number, different: Partial<Destination>): Destination =>
    canonicalDestination({
      key: { address: address(n), port: 80 },
      forwarding: 'masq',
      weight: n,
      upperThreshold: 10 * n,
      lowerThreshold: n,
      ...different,
    });
  return [
    at(1, { forwarding: 'masq' }),
    at(2, { forwarding: 'route' }),
    at(3, { forwarding: 'tunnel' }),
    at(4, { forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } }),
    at(5, { forwarding: 'tunnel', tunnel: { type: 'gre', checksum: 'csum' } }),
    at(6, { forwarding: 'local' }),
    at(7, { forwarding: 'bypass', weight: 0 }),
  ];
};

describeWith(needs('root', 'ipvs', 'ipvsadm'), 'the IPVS of the real kernel', () => {
  let kernel: NetlinkIpvsKernel;
  beforeAll(async () => {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    kernel = await openIpvsKernel();
  });
  beforeEach(async () => {
    expect(await kernel.apply([{ kind: 'flush' }])).toEqual([]);
  });
  afterAll(() => kernel.close());

  describe.each(everyKey.map((key) => [serviceKeyId(key), key] as const))('%s', (_id, key) => {
    test.each(schedulers)('scheduled by %s lives through create, read, edit and delete', async (scheduler) => {
      const service = serviceOf(key, { scheduler });
      const destinations = destinationsOf(key);
      const create: IpvsOperation[] = [
        { kind: 'add-service', service },
        ...destinations.map((destination) => ({ kind: 'add-destination', service: key, destination }) as const),
      ];
      expect(await kernel.apply(create)).toEqual([]);
      const [entry] = await kernel.table();
      expect(entry?.service).toEqual({ ...service, stats: expect.anything() });
      // The kernel lists the newest first.
      expect(entry?.destinations.map(plain).reverse()).toEqual(destinations);

      const edited = serviceOf(key, { scheduler, persistent: true, timeout: 600, netmask: 24 });
      const heavier = destinations.map((destination) => ({ ...destination, weight: 50, lowerThreshold: 0 }));
      const edit: IpvsOperation[] = [
        { kind: 'edit-service', service: edited },
        ...heavier.map((destination) => ({ kind: 'edit-destination', service: key, destination }) as const),
      ];
      expect(await kernel.apply(edit)).toEqual([]);
      expect(await kernel.service(key)).toEqual({ ...edited, stats: expect.anything() });
      expect((await kernel.destinations(key)).map(plain).reverse()).toEqual(heavier);

      const remove: IpvsOperation[] = [
        ...destinations.map((it) => ({ kind: 'delete-destination', service: key, destination: it.key }) as const),
        { kind: 'delete-service', service: key },
      ];
      expect(await kernel.apply(remove)).toEqual([]);
      expect(await kernel.table()).toEqual([]);
    });
  });

  describe('beside ipvsadm', () => {
    test('each sees what the other has written', async () => {
      const key = everyKey[0] as ServiceKey;
      ipvsadm('-A', '-t', '10.0.0.1:80', '-s', 'wrr', '-p', '300', '-M', '255.255.255.0');
      ipvsadm('-a', '-t', '10.0.0.1:80', '-r', '127.0.0.2:8080', '-m', '-w', '5', '-x', '10', '-y', '2');
      expect(await kernel.table()).toMatchObject([
        {
          service: { key, scheduler: 'wrr', persistent: true, timeout: 300, netmask: 0xffffff00 },
          destinations: [{ key: { port: 8080 }, forwarding: 'masq', weight: 5, upperThreshold: 10, lowerThreshold: 2 }],
        },
      ]);
      // ipvsadm -S leaves thresholds out.
      const [destination] = destinationsOf(key).slice(4);
      if (destination !== undefined) await kernel.apply([{ kind: 'add-destination', service: key, destination }]);
      expect(
        ipvsadm('-Sn')
          .trim()
          .split('\n')
          .map((line) => line.trim())
          .sort(),
      ).toEqual([
        '-A -t 10.0.0.1:80 -s wrr -p 300 -M 255.255.255.0',
        '-a -t 10.0.0.1:80 -r 127.0.0.2:8080 -m -w 5',
        '-a -t 10.0.0.1:80 -r 127.0.1.5:80 -i -w 5 --tun-type gre --tun-csum',
      ]);
    });

    test('version, table size and timeouts agree', async () => {
      const { version, connectionTableSize } = await kernel.info();
      expect(version).toBe(0x010201);
      expect(ipvsadm('-Ln')).toContain(`(size=${connectionTableSize})`);
      await kernel.setTimeouts({ tcp: 1000, udp: 200 });
      const { tcp, tcpFin, udp } = await kernel.timeouts();
      expect(ipvsadm('-Ln', '--timeout')).toContain(`${tcp} ${tcpFin} ${udp}`);
      expect([tcp, udp]).toEqual([1000, 200]);
    });

    test('no sync daemon runs', async () => {
      expect(await kernel.daemons()).toEqual([]);
    });
  });

  describe('ten thousand destinations', () => {
    test('go in, are read back whole, and out again, whatever is refused between', async () => {
      const key: ServiceKey = { kind: 'fwmark', mark: 9, family: 4 };
      const destinations = Array.from(
        { length: 10_000 },
        (_, n): Destination => ({
          key: { address: ip(`127.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`), port: 80 },
          forwarding: 'route',
          weight: 1,
          upperThreshold: 0,
          lowerThreshold: 0,
        }),
      );
      const add = destinations.map((destination) => ({ kind: 'add-destination', service: key, destination }) as const);
      expect(await kernel.apply([{ kind: 'add-service', service: serviceOf(key) }, ...add])).toEqual([]);
      const read = await kernel.destinations(key);
      expect(read.map(({ key: it }) => destinationKeyId(it)).reverse()).toEqual(
        destinations.map(({ key: it }) => destinationKeyId(it)),
      );
      // Every one of a thousand is refused, and each refusal is told: the replies fit the receive buffer.
      const again = await kernel.apply(add.slice(0, 1000));
      expect(again.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      expect(new Set(again.map(({ error }) => error.errnoName))).toEqual(new Set(['EEXIST']));
      expect(await kernel.apply([{ kind: 'delete-service', service: key }])).toEqual([]);
      expect(await kernel.services()).toEqual([]);
    });
  });

  describe('a long listing', () => {
    test('during which another deletes one hides none of the others', async () => {
      const key: ServiceKey = { kind: 'fwmark', mark: 10, family: 4 };
      const numbers = Array.from({ length: 500 }, (_, n) => n + 1);
      const destination = (port: number): Destination => ({
        key: { address: ip('127.0.0.1'), port },
        forwarding: 'route',
        weight: 1,
        upperThreshold: 0,
        lowerThreshold: 0,
      });
      const add = numbers.map(
        (port) => ({ kind: 'add-destination', service: key, destination: destination(port) }) as const,
      );
      expect(await kernel.apply([{ kind: 'add-service', service: serviceOf(key) }, ...add])).toEqual([]);
      // The first that the kernel sends is deleted as soon as it has come: the listing goes on by position.
      let deleted = false;
      const reader = await openIpvsKernel({
        debug: (line) => {
          if (deleted || !line.startsWith('< newDestination')) return;
          deleted = true;
          ipvsadm('-d', '-f', '10', '-r', '127.0.0.1:500');
        },
      });
      try {
        const read = await reader.destinations(key);
        expect(read.map((entry) => entry.key.port).sort((a, b) => a - b)).toEqual(numbers.slice(0, -1));
      } finally {
        reader.close();
      }
    });
  });

  describe('refusals', () => {
    test('say what the kernel says, and what it means', async () => {
      const service = serviceOf({ kind: 'fwmark', mark: 1, family: 4 }, { scheduler: 'nosuch' });
      const long = serviceOf({ kind: 'fwmark', mark: 1, family: 4 }, { scheduler: 'a'.repeat(16) });
      const failures = await kernel.apply([
        { kind: 'add-service', service },
        { kind: 'add-service', service: long },
      ]);
      expect(failures[0]?.error.message).toBe(
        'add-service fwmark 1 ipv4: ENOENT: the kernel has no such scheduler or persistence engine',
      );
      // IPVS parses its nested attributes without an extended ack: the number is all there is.
      expect(failures[1]?.error).toMatchObject({ errnoName: 'EINVAL', kernelMessage: undefined });
    });

    test('without CAP_NET_ADMIN the kernel is readable for nobody, and the error says so', async () => {
      const script = `
      const { openIpvsKernel } = await import('@vipward/netlink');
      const kernel = await openIpvsKernel();
      await kernel.services().catch((error) => console.log(error.code, error.errno, error.message));
      kernel.close();`;
      const run = ['--reuid', '65534', '--clear-groups', process.execPath, '--input-type=module', '-e', script];
      expect(execFileSync('setpriv', run, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe(
        'NETLINK_REFUSED 1 list services: EPERM: run as root, or give the process CAP_NET_ADMIN\n',
      );
    });
  });
});

const plain = (entry: Destination): Destination => canonicalDestination(entry);
