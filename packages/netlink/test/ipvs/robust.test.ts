// Kernels that are old, and answers that are cut, mixed up, doubled, unknown or lost: the right error, and always an end.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { writeAttributes } from '../../src/codec/attribute.ts';
import { controlTable, writeGenericHeader } from '../../src/codec/generic.ts';
import type { Message } from '../../src/codec/message.ts';
import { commandTable, ipvsCommand } from '../../src/ipvs/command.ts';
import { encodeDestination } from '../../src/ipvs/destination.ts';
import type { Destination, IpvsOperation, Service } from '../../src/ipvs/model.ts';
import { openIpvsKernel } from '../../src/ipvs/open.ts';
import { encodeService } from '../../src/ipvs/service.ts';
import { type Answer, ackTo, datagramOf, doneTo, FakeWire, settleWith } from '../fake-wire.ts';

const ip4 = { family: 4 as const, bytes: Uint8Array.of(10, 0, 0, 1) };
const ip6 = { family: 6 as const, bytes: new Uint8Array(16).fill(1) };
const service: Service = {
  key: { kind: 'address', protocol: 6, address: ip4, port: 80 },
  scheduler: 'rr',
  persistent: false,
  onePacket: false,
  schedFlags: 0,
  timeout: 0,
  netmask: 0xffffffff,
  engine: '',
};
const plain: Destination = {
  key: { address: ip4, port: 80 },
  forwarding: 'masq',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
};
const gue: Destination = { ...plain, forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'csum' } };
const crossing: Destination = { ...plain, forwarding: 'tunnel', key: { address: ip6, port: 80 } };
const add = (destination: Destination): IpvsOperation => ({
  kind: 'add-destination',
  service: service.key,
  destination,
});

type Values = Parameters<typeof writeAttributes<typeof commandTable>>[2];

const reply = ({ sequence }: Message, values: Values): Uint8Array =>
  datagramOf({ type: 0x1c, flags: 2, sequence }, (writer) => {
    writeGenericHeader(writer, 1, 1);
    writeAttributes(writer, commandTable, values);
  });

/** `family` is the number that IPVS has now; undefined: its module is gone. */
const open = async (answer: Answer, family: () => number | undefined = () => 0x1c) => {
  const clock = new FakeClock();
  const wire = new FakeWire((m) => {
    const now = family();
    if (m.type !== 0x10) return m.type === now ? answer(m) : settleWith(m, 2);
    if (now === undefined) return [ackTo(m, 2)];
    const found = datagramOf({ type: 0x10, sequence: m.sequence }, (writer) => {
      writeGenericHeader(writer, 1, 2);
      writeAttributes(writer, controlTable, { familyId: now });
    });
    return [found, ackTo(m)];
  });
  return { clock, wire, kernel: await openIpvsKernel({ transport: wire.open, clock }) };
};

const isDump = ({ flags }: Message): boolean => (flags & 0x300) === 0x300;
const settle = (m: Message): readonly Uint8Array[] => settleWith(m, 0);

describe('an old kernel', () => {
  const without = (...names: readonly ('family' | 'tunnelType' | 'tunnelPort' | 'tunnelFlags')[]) => {
    const attributes: ReturnType<typeof encodeDestination> = encodeDestination(gue);
    return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.some((gone) => gone === name)));
  };
  const reporting =
    (destination: object): Answer =>
    (m) =>
      isDump(m) ? [reply(m, { destination }), doneTo(m)] : settle(m);

  test('that ignores tunnel types is named, with the version that has them', async () => {
    const old = reporting(without('tunnelType', 'tunnelPort', 'tunnelFlags'));
    const { kernel } = await open(old);
    const failures = await kernel.apply([add(plain), add(gue), add(crossing)]);
    expect(failures.map(({ index, error }) => [index, error.code, error.message])).toEqual([
      [
        1,
        'IPVS_TOO_OLD',
        'add-destination 10.0.0.1:80 of tcp 10.0.0.1:80: this kernel knows no GUE and GRE tunnels: that needs Linux 5.3',
      ],
    ]);
  });

  test('does not keep what it made of an addition; an edit stays', async () => {
    const { kernel, wire } = await open(reporting(without('tunnelType', 'tunnelPort', 'tunnelFlags')));
    const edit: IpvsOperation = { kind: 'edit-destination', service: service.key, destination: gue };
    const other: Destination = { ...gue, key: { address: ip4, port: 81 } };
    expect(await kernel.apply([add(plain), add(gue), edit, add(other)])).toHaveLength(3);
    const last = wire.sent.at(-1) ?? [];
    expect(last.map(({ payload: { view, start } }) => view.getUint8(start))).toEqual([
      ipvsCommand.deleteDestination,
      ipvsCommand.deleteDestination,
    ]);
  });

  test('that ignores the settings of a sync daemon is named, and the daemon is stopped again', async () => {
    const running = (fields: object) => (m: Message) =>
      isDump(m)
        ? [reply(m, { daemon: { state: 1, interfaceName: 'eth0', syncId: 3, ...fields } }), doneTo(m)]
        : settle(m);
    const plainDaemon = { kind: 'master' as const, interfaceName: 'eth0', syncId: 3 };
    const commands = ({ sent }: FakeWire): number[] =>
      sent.flat().flatMap(({ type, payload: { view, start } }) => (type === 0x1c ? [view.getUint8(start)] : []));

    const old = await open(running({}));
    await old.kernel.startDaemon(plainDaemon);
    expect(commands(old.wire)).toEqual([ipvsCommand.newDaemon]);
    await expect(old.kernel.startDaemon({ ...plainDaemon, ttl: 3 })).rejects.toMatchObject({
      code: 'IPVS_TOO_OLD',
      message: expect.stringContaining('Linux 4.3'),
    });
    expect(commands(old.wire)).toContain(ipvsCommand.deleteDaemon);

    const recent = await open(running({ maxLength: 1472, ttl: 3 }));
    await recent.kernel.startDaemon({ ...plainDaemon, ttl: 3 });
    expect(commands(recent.wire)).not.toContain(ipvsCommand.deleteDaemon);
  });

  test('that ignores address families is named as well', async () => {
    const { kernel } = await open(reporting(without('family', 'tunnelType', 'tunnelPort', 'tunnelFlags')));
    const failures = await kernel.apply([add(crossing)]);
    expect(failures[0]?.error.message).toContain('that needs Linux 3.18');
  });

  test('that is not heard of again leaves what needs it unknown, and the refusals of the others told', async () => {
    const { kernel, wire } = await open((m) => {
      if (isDump(m)) return [ackTo(m, 12)];
      const refused = m.payload.view.getUint8(m.payload.start) === ipvsCommand.deleteDestination;
      return settleWith(m, refused ? 2 : 0);
    });
    const gone: IpvsOperation = { kind: 'delete-destination', service: service.key, destination: plain.key };
    const failures = await kernel.apply([gone, add(plain), add(gue)]);
    expect(failures.map(({ index, error }) => [index, error.errnoName])).toEqual([
      [0, 'ENOENT'],
      [2, 'ENOMEM'],
    ]);
    // Nothing is taken back that may be what was wanted.
    expect(wire.sent.flat().filter((m) => !isDump(m) && m.type === 0x1c)).toHaveLength(3);
  });

  test('a new one is asked once, and only when something needs it', async () => {
    const { kernel, wire } = await open(reporting(encodeDestination(gue)));
    expect(await kernel.apply([add(plain)])).toEqual([]);
    expect(wire.sent.flat().filter(isDump)).toHaveLength(0);
    expect(await kernel.apply([add(gue)])).toEqual([]);
    expect(await kernel.apply([add(gue)])).toEqual([]);
    expect(wire.sent.flat().filter(isDump)).toHaveLength(1);
  });

  test('without an address family in its answer has the one of the service', async () => {
    const { kernel } = await open(reporting(without('family', 'tunnelType')));
    expect(await kernel.destinations(service.key)).toMatchObject([
      { key: { address: ip4 }, tunnel: { type: 'ipip' }, stats: { connections: 0n } },
    ]);
  });
});

describe('a module that was unloaded', () => {
  test('and loaded again has another number: what was asked is asked again', async () => {
    let number = 0x1c;
    const answer: Answer = (m) => (isDump(m) ? [reply(m, { service: encodeService(service) }), doneTo(m)] : settle(m));
    const { kernel } = await open(answer, () => number);
    number = 0x1d;
    expect(await kernel.services()).toHaveLength(1);
    number = 0x1e;
    expect(await kernel.apply([{ kind: 'add-service', service }, add(plain), { kind: 'zero' }])).toEqual([]);
  });

  test('and not loaded again is IPVS_ABSENT', async () => {
    let number: number | undefined = 0x1c;
    const { kernel } = await open(settle, () => number);
    number = undefined;
    await expect(kernel.services()).rejects.toMatchObject({ code: 'IPVS_ABSENT' });
    await expect(kernel.apply([add(plain)])).rejects.toMatchObject({ code: 'IPVS_ABSENT' });
  });

  test('is not suspected when the kernel means something else by ENOENT', async () => {
    const { kernel, wire } = await open((m) => settleWith(m, 2));
    const failures = await kernel.apply([{ kind: 'add-service', service }]);
    expect(failures[0]?.error.message).toContain('no such scheduler');
    expect(wire.sent.flat().filter(({ type }) => type === 0x1c)).toHaveLength(1);
  });
});

describe('answers', () => {
  const whole = (m: Message): readonly Uint8Array[] => [
    reply(m, { service: encodeService(service) }),
    reply(m, { service: encodeService({ ...service, key: { ...service.key, kind: 'fwmark', mark: 7, family: 4 } }) }),
    doneTo(m),
  ];

  test('cut at any byte end in an error or a timeout, never in silence or a wrong table', async () => {
    const entry = encodeService(service);
    const { length } = datagramOf({ type: 0x1c, sequence: 2 }, (writer) => {
      writeGenericHeader(writer, 1, 1);
      writeAttributes(writer, commandTable, { service: entry });
    });
    for (let cut = 0; cut < length; cut++) {
      const { kernel, clock } = await open((m) => {
        const [first = new Uint8Array(), ...rest] = whole(m);
        return [first.subarray(0, cut), ...rest];
      });
      const outcome = kernel.services().then(
        (services) => services.length,
        (error: { code: string }) => error.code,
      );
      await clock.run(20_000);
      // Nothing at all in place of the first entry is what the kernel would send for a table of one.
      expect(['NETLINK_DECODE', 'NETLINK_TIMEOUT', ...(cut === 0 ? [1] : [])]).toContain(await outcome);
      kernel.close();
    }
  });

  test('to others between them are passed over', async () => {
    const { kernel } = await open((m) => {
      const stranger = { ...m, sequence: m.sequence + 1000 };
      return [...whole(stranger).slice(0, 1), ...whole(m).slice(0, 2), doneTo(stranger), doneTo(m), doneTo(m)];
    });
    expect(await kernel.services()).toHaveLength(2);
  });

  test('with attributes nobody knows are read without them', async () => {
    const { kernel } = await open((m) => [
      datagramOf({ type: 0x1c, flags: 2, sequence: m.sequence }, (writer) => {
        writeGenericHeader(writer, 1, 1);
        writer.u16(8);
        writer.u16(999);
        writer.u32(1);
        writeAttributes(writer, commandTable, { service: encodeService(service) });
      }),
      doneTo(m),
    ]);
    expect(await kernel.services()).toHaveLength(1);
  });

  test('with an error inside a dump are that error', async () => {
    const { kernel } = await open((m) => [...whole(m).slice(0, 1), ackTo(m, 12)]);
    await expect(kernel.services()).rejects.toMatchObject({ code: 'NETLINK_REFUSED', errnoName: 'ENOMEM' });
    const { kernel: other } = await open((m) => [...whole(m).slice(0, 1), doneTo(m, 90)]);
    await expect(other.services()).rejects.toMatchObject({ errno: 90 });
  });

  test('that were dropped in a flood of others fail what was under way, and nothing later', async () => {
    let flood = true;
    const { kernel, wire } = await open((m) => (flood ? [] : whole(m)));
    const lost = kernel.services();
    const failed = expect(lost).rejects.toMatchObject({ code: 'NETLINK_OVERRUN' });
    while (wire.sent.length < 2) await new Promise((resolve) => setImmediate(resolve));
    flood = false;
    wire.listener?.onOverrun();
    await failed;
    expect(await kernel.services()).toHaveLength(2);
    expect(wire.alive).toBe(1);
  });
});
