// A table as JSON and back: what is written, what is refused, and what is left alone.
import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import type { Destination, IpvsOperation, LvsTable, Service } from '@vipward/netlink';
import { createMemoryIpvs } from '@vipward/testkit';
import fc from 'fast-check';
import { type RestoreOptions, runRestore, runSave } from '../../src/ipvs/restore.ts';
import { fromSaved, toSaved } from '../../src/ipvs/saved.ts';

const ip = (text: string) => parseIp(text) ?? { family: 4 as const, bytes: new Uint8Array(4) };

const service: Service = {
  key: { kind: 'address', protocol: 6, address: ip('192.168.33.188'), port: 80 },
  scheduler: 'wrr',
  persistent: false,
  onePacket: false,
  schedFlags: 0,
  timeout: 0,
  netmask: 0xffffffff,
  engine: '',
};
const server = (n: number, more: Partial<Destination> = {}): Destination => ({
  key: { address: ip(`192.168.33.${n}`), port: 80 },
  forwarding: 'route',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  ...more,
});

const start = async (...destinations: readonly Destination[]) => {
  const kernel = createMemoryIpvs();
  const add = destinations.map(
    (destination): IpvsOperation => ({ kind: 'add-destination', service: service.key, destination }),
  );
  expect(await kernel.apply([{ kind: 'add-service', service }, ...add])).toEqual([]);
  const said = { out: '', error: '' };
  const applied: IpvsOperation[] = [];
  const edges = {
    kernel: {
      table: () => kernel.table(),
      apply: (operations: readonly IpvsOperation[]) => {
        applied.push(...operations);
        return kernel.apply(operations);
      },
    },
    out: (text: string) => {
      said.out += text;
    },
    error: (text: string) => {
      said.error += text;
    },
  };
  const restore = (document: unknown, options: RestoreOptions = {}): Promise<number> =>
    runRestore(typeof document === 'string' ? document : JSON.stringify(document), options, edges);
  return { kernel, said, applied, edges, restore };
};

const documentOf = (destinations: readonly unknown[]) => ({
  format: 'vipward-ipvs',
  version: 1,
  services: [{ protocol: 'tcp', address: '192.168.33.188', port: 80, scheduler: 'wrr', destinations }],
});
const saved = (n: number, more: object = {}) => ({
  address: `192.168.33.${n}`,
  port: 80,
  forwarding: 'route',
  weight: 1,
  ...more,
});

describe('save', () => {
  test('writes what a person can read and edit', async () => {
    const { edges, said } = await start(server(12, { weight: 3, upperThreshold: 100, lowerThreshold: 50 }));
    expect(await runSave(edges)).toBe(0);
    expect(JSON.parse(said.out)).toEqual(
      documentOf([saved(12, { weight: 3, upperThreshold: 100, lowerThreshold: 50 })]),
    );
  });
});

describe('restore', () => {
  test('of what was saved writes nothing', async () => {
    const { edges, said, restore, applied } = await start(server(12), server(13));
    await runSave(edges);
    expect(await restore(said.out)).toBe(0);
    expect(await restore(said.out, { replace: true })).toBe(0);
    expect(applied).toEqual([]);
  });

  test('edits in place, adds, and leaves the rest alone', async () => {
    const { restore, applied } = await start(server(12), server(13));
    expect(await restore(documentOf([saved(12, { weight: 5 }), saved(14)]))).toBe(0);
    expect(applied.map(({ kind }) => kind)).toEqual(['edit-destination', 'add-destination']);
  });

  test('with --replace removes what the document does not have', async () => {
    const { restore, kernel } = await start(server(12), server(13));
    expect(await restore(documentOf([saved(13)]), { replace: true })).toBe(0);
    expect((await kernel.table()).flatMap(({ destinations }) => destinations.map(({ key }) => key.address))).toEqual([
      ip('192.168.33.13'),
    ]);
    expect(await restore({ format: 'vipward-ipvs', version: 1, services: [] }, { replace: true })).toBe(0);
    expect(await kernel.table()).toEqual([]);
  });

  test('with --dry-run says what it would do', async () => {
    const { restore, applied, said } = await start(server(12), server(13));
    expect(await restore(documentOf([saved(12, { weight: 5 })]), { replace: true, dryRun: true })).toBe(0);
    expect(said.out).toBe(
      'edit-destination 192.168.33.12:80 of tcp 192.168.33.188:80: weight from 1 to 5\ndelete-destination 192.168.33.13:80 of tcp 192.168.33.188:80\n',
    );
    expect(applied).toEqual([]);
  });

  test('names what the kernel refused, and goes on with the rest', async () => {
    const { restore, said, kernel } = await start();
    const document = documentOf([saved(12)]);
    const other = { ...document.services[0], port: 81, scheduler: 'nosuch', destinations: [] };
    expect(await restore({ ...document, services: [other, ...document.services] })).toBe(1);
    expect(said.error).toContain('add-service tcp 192.168.33.188:81');
    expect((await kernel.table())[0]?.destinations).toHaveLength(1);
  });
});

describe('a document that is wrong', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['no JSON', '{', 'the document: is no JSON'],
    ['a list', [], 'the document: '],
    ['another version', { ...documentOf([]), version: 2 }, 'version: '],
    ['an unknown word', { ...documentOf([]), extra: 1 }, 'the document: '],
    ['a weight below 0', documentOf([saved(12), saved(13, { weight: -1 })]), 'services[0].destinations[1].weight: '],
    [
      'a lower threshold alone',
      documentOf([saved(12, { lowerThreshold: 5 })]),
      'services[0].destinations[0].lowerThreshold: is above upperThreshold',
    ],
    [
      'no address',
      documentOf([saved(12, { address: '10.0.0.300' })]),
      'services[0].destinations[0].address: is no IP address',
    ],
    [
      'a tunnel of NAT',
      documentOf([saved(12, { tunnel: { type: 'ipip' } })]),
      'services[0].destinations[0].tunnel: goes only',
    ],
    [
      'a server twice',
      documentOf([saved(12), saved(12)]),
      'services[0].destinations[1]: is 192.168.33.12:80 once more',
    ],
    [
      'another family',
      documentOf([saved(12, { address: 'fd00::1' })]),
      'services[0].destinations[0].address: is of another family',
    ],
    [
      'a service twice',
      { ...documentOf([]), services: [...documentOf([]).services, ...documentOf([]).services] },
      'services[1]: is tcp 192.168.33.188:80 once more: see services[0]',
    ],
    [
      'a flag of another scheduler',
      { ...documentOf([]), services: [{ ...documentOf([]).services[0], schedulerFlags: ['sh-port'] }] },
      'services[0].schedulerFlags[0]: wrr has no flag "sh-port"',
    ],
    [
      'neither address nor mark',
      { ...documentOf([]), services: [{ scheduler: 'rr' }] },
      'services[0]: needs protocol, address and port, or fwmark',
    ],
    [
      'a prefix for IPv4',
      { ...documentOf([]), services: [{ ...documentOf([]).services[0], persistence: { timeout: 60, netmask: 24 } }] },
      'services[0].persistence.netmask: is no mask',
    ],
  ];

  test.each(cases)('%s is refused, and nothing is written', async (_what, document, message) => {
    const { restore, said, applied } = await start(server(12));
    expect(await restore(document, { replace: true })).toBe(2);
    expect(said.error).toContain(message);
    expect(said.error).toMatch(/nothing was written \[DOCUMENT_REFUSED\]\n$/);
    expect(applied).toEqual([]);
  });

  test('with thousands of mistakes shows the first twenty', async () => {
    const { restore, said } = await start();
    expect(await restore(documentOf(Array.from({ length: 1000 }, () => ({}))))).toBe(2);
    expect(said.error.split('\n').length).toBe(23);
  });

  test('never makes it throw, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void fromSaved(value)));
  });
});

describe('the form', () => {
  const address4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => ({ family: 4 as const, bytes }));
  const address6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ({ family: 6 as const, bytes }));
  const port = fc.integer({ min: 0, max: 65_535 });
  const count = fc.integer({ min: 0, max: 0x7fffffff });
  const forwarding = fc.oneof(
    fc.constantFrom(
      { forwarding: 'masq' as const },
      { forwarding: 'route' as const },
      { forwarding: 'local' as const },
    ),
    fc
      .constantFrom(
        { type: 'ipip' as const },
        { type: 'gre' as const, checksum: 'csum' as const },
        { type: 'gue' as const, port: 6080, checksum: 'remcsum' as const },
      )
      .map((tunnel) => ({ forwarding: 'tunnel' as const, tunnel })),
  );
  const entry = fc.constantFrom(4 as const, 6 as const).chain((family) => {
    const address: fc.Arbitrary<Destination['key']['address']> = family === 4 ? address4 : address6;
    const key: fc.Arbitrary<Service['key']> = fc.oneof(
      fc.record({
        kind: fc.constant('address' as const),
        protocol: fc.constantFrom(6 as const, 17 as const, 132 as const),
        address,
        port,
      }),
      fc.record({
        kind: fc.constant('fwmark' as const),
        mark: fc.integer({ min: 1, max: 0xffffffff }),
        family: fc.constant(family),
      }),
    );
    const full = family === 4 ? 0xffffffff : 128;
    const persistence = fc.oneof(
      fc.constant({ persistent: false, timeout: 0, netmask: full, engine: '' }),
      fc.record({
        persistent: fc.constant(true),
        timeout: fc.integer({ min: 1, max: 86_400 }),
        netmask: fc.integer({ min: 1, max: full }),
        engine: fc.constantFrom('', 'sip'),
      }),
    );
    return fc.record({
      service: fc
        .record({
          key,
          scheduler: fc.constantFrom('rr', 'wlc', 'sh', 'mh'),
          onePacket: fc.boolean(),
          schedFlags: fc.integer({ min: 0, max: 7 }),
          persistence,
        })
        .map(({ persistence: more, ...rest }): Service => ({ ...rest, ...more })),
      destinations: fc.uniqueArray(
        fc.record({ address, port, weight: count, upperThreshold: count, forwarding }).map(
          ({ address: it, port: at, forwarding: how, ...rest }): Destination => ({
            key: { address: it, port: at },
            lowerThreshold: Math.floor(rest.upperThreshold / 2),
            ...rest,
            ...how,
          }),
        ),
        { maxLength: 4, selector: ({ key: it }) => `${it.address.bytes.join()} ${it.port}` },
      ),
    });
  });

  test('loses nothing of any table', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const table: LvsTable = [one];
        expect(fromSaved(JSON.parse(JSON.stringify(toSaved(table))))).toEqual(table);
      }),
    );
  });
});
