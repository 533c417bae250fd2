// The IPVS kernel over a wire that answers as generic netlink does.

import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import { FakeClock } from '@vipward/testkit';
import { writeAttributes } from '../../src/codec/attribute.ts';
import { controlTable, decodeGeneric, writeGenericHeader } from '../../src/codec/generic.ts';
import type { Message } from '../../src/codec/message.ts';
import { commandTable, infoTable } from '../../src/ipvs/command.ts';
import { encodeDestination } from '../../src/ipvs/destination.ts';
import type { Destination, Service, ServiceKey } from '../../src/ipvs/model.ts';
import { openIpvsKernel } from '../../src/ipvs/open.ts';
import { encodeService } from '../../src/ipvs/service.ts';
import { type Answer, ackTo, datagramOf, doneTo, FakeWire, settleWith } from '../fake-wire.ts';

const address = parseIp('10.0.0.1') ?? { family: 4, bytes: new Uint8Array(4) };
const key: ServiceKey = { kind: 'address', protocol: 6, address, port: 80 };
const service: Service = {
  key,
  scheduler: 'rr',
  persistent: false,
  onePacket: false,
  schedFlags: 0,
  timeout: 0,
  netmask: 0xffffffff,
  engine: '',
};
const destination: Destination = {
  key: { address, port: 80 },
  forwarding: 'masq',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
};

describe('opening', () => {
  test('asks for the number of the family once', async () => {
    const { wire, kernel } = await open((m) => settleWith(m, 0));
    await kernel.apply([{ kind: 'flush' }]);
    await kernel.apply([{ kind: 'flush' }]);
    expect(wire.sent.map(([m]) => m?.type)).toEqual([0x10, 0x1c, 0x1c]);
  });

  test('says in one line which module is missing', async () => {
    const wire = new FakeWire((m) => [ackTo(m, 2)]);
    await expect(openIpvsKernel({ transport: wire.open, clock: new FakeClock() })).rejects.toMatchObject({
      code: 'IPVS_ABSENT',
      message:
        'find IPVS in the kernel: this kernel has no IPVS: load it with `modprobe ip_vs`, or build the kernel with CONFIG_IP_VS',
    });
    expect(wire.alive).toBe(0);
  });
});

describe('without the capability', () => {
  test('every call says what is missing', async () => {
    const { kernel } = await open((m) => [ackTo(m, 1)]);
    const expected = {
      code: 'NETLINK_REFUSED',
      errno: 1,
      message: 'list services: EPERM: run as root, or give the process CAP_NET_ADMIN',
    };
    await expect(kernel.services()).rejects.toMatchObject(expected);
    const [failure] = await kernel.apply([{ kind: 'flush' }]);
    expect(failure?.error.message).toBe('flush: EPERM: run as root, or give the process CAP_NET_ADMIN');
  });
});

describe('reading', () => {
  test('a service that is not there is undefined', async () => {
    const { kernel } = await open((m) => [ackTo(m, 3)]);
    expect(await kernel.service(key)).toBeUndefined();
  });

  test('other refusals are thrown', async () => {
    const { kernel } = await open((m) => [ackTo(m, 22, 'odd')]);
    await expect(kernel.service(key)).rejects.toMatchObject({ errnoName: 'EINVAL', kernelMessage: 'odd' });
  });

  test('the table has the services in the order of the kernel, each with its destinations', async () => {
    const other: ServiceKey = { ...key, port: 81 };
    const { kernel } = await open((m) => {
      const reply = (values: Parameters<typeof writeAttributes<typeof commandTable>>[2]) => ipvsReply(m, values);
      if (commandOf(m) === 4)
        return [
          reply({ service: encodeService({ ...service, key: other }) }),
          reply({ service: encodeService(service) }),
          doneTo(m),
        ];
      return [reply({ destination: encodeDestination(destination) }), doneTo(m)];
    });
    const table = await kernel.table();
    expect(table.map((entry) => entry.service.key)).toEqual([other, key]);
    expect(table.map((entry) => entry.destinations)).toEqual([
      [expect.objectContaining(destination)],
      [expect.objectContaining(destination)],
    ]);
  });

  describe('a listing longer than a datagram', () => {
    const at = (port: number): Destination => ({ ...destination, key: { address, port } });
    const part =
      (...ports: readonly number[]) =>
      (m: Message) =>
        together(
          ...ports.map((port) => {
            const counters = { activeConnections: 0, inactiveConnections: 0 };
            return ipvsReply(m, { destination: { ...encodeDestination(at(port)), ...counters } });
          }),
        );
    const answering = (...answers: readonly (readonly ReturnType<typeof part>[])[]) => {
      let dumps = 0;
      const answer: Answer = (m) => {
        const parts = answers[Math.min(dumps, answers.length - 1)] ?? [];
        dumps += 1;
        return [...parts.map((one) => one(m)), doneTo(m)];
      };
      return { answer, dumps: () => dumps };
    };
    const ports = (entries: readonly Destination[]): number[] => entries.map(({ key: { port } }) => port);

    test('that fits into one is read once', async () => {
      const { answer, dumps } = answering([part(1, 2, 3)]);
      const { kernel } = await open(answer);
      expect(ports(await kernel.destinations(key))).toEqual([1, 2, 3]);
      expect(dumps()).toBe(1);
    });

    // 2 is deleted after the first datagram, and the kernel goes on behind what is now the second entry.
    test('is read until two in a row agree, since IPVS says nothing of changes', async () => {
      const { answer, dumps } = answering([part(1, 2), part(4)], [part(1, 3), part(4)], [part(1, 3), part(4)]);
      const { kernel } = await open(answer);
      expect(ports(await kernel.destinations(key))).toEqual([1, 3, 4]);
      expect(dumps()).toBe(3);
    });

    test('has nothing twice', async () => {
      const { answer } = answering([part(1, 2), part(2, 3)], [part(4, 1), part(2, 3)]);
      const { kernel } = await open(answer);
      expect(ports(await kernel.destinations(key))).toEqual([4, 1, 2, 3]);
    });

    test('is read in columns by the same rule', async () => {
      const { answer, dumps } = answering([part(1, 2), part(4)], [part(1, 3), part(4)], [part(1, 3), part(4)]);
      const { kernel } = await open(answer);
      const { port, count } = await kernel.rows(key);
      expect([...port.subarray(0, count)]).toEqual([1, 3, 4]);
      expect(dumps()).toBe(3);
    });

    test('of services is, too', async () => {
      let dumps = 0;
      const { kernel } = await open((m) => {
        dumps += 1;
        const reply = (port: number) => ipvsReply(m, { service: encodeService({ ...service, key: { ...key, port } }) });
        return [reply(1), reply(dumps === 1 ? 1 : 2), doneTo(m)];
      });
      expect((await kernel.services()).map((entry) => entry.key)).toEqual([
        { ...key, port: 1 },
        { ...key, port: 2 },
      ]);
      expect(dumps).toBe(3);
    });

    test('of a table that never rests is an error', async () => {
      let port = 0;
      const { kernel } = await open((m) => {
        port += 1;
        return [part(port)(m), part(9)(m), doneTo(m)];
      });
      const refused = { code: 'NETLINK_INTERRUPTED', operation: 'list destinations of tcp 10.0.0.1:80' };
      await expect(kernel.destinations(key)).rejects.toMatchObject(refused);
      await expect(kernel.rows(key)).rejects.toMatchObject(refused);
    });
  });

  test('version, table size and timeouts', async () => {
    const { kernel } = await open((m) => {
      const reply = datagramOf({ type: 0x1c, sequence: m.sequence }, (w) => {
        writeGenericHeader(w, commandOf(m) === 15 ? 14 : 12, 1);
        if (commandOf(m) === 15) writeAttributes(w, infoTable, { version: 0x010201, connectionTableSize: 4096 });
        else writeAttributes(w, commandTable, { timeoutTcp: 900, timeoutTcpFin: 120, timeoutUdp: 300 });
      });
      return [reply, ackTo(m)];
    });
    expect(await kernel.info()).toEqual({ version: 0x010201, connectionTableSize: 4096 });
    expect(await kernel.timeouts()).toEqual({ tcp: 900, tcpFin: 120, udp: 300 });
  });
});

describe('applying', () => {
  test('returns every refusal with its operation, in words that say what to do', async () => {
    const errnos = [17, 0, 2, 3];
    const { kernel } = await open((m) => settleWith(m, errnos.shift() ?? 0));
    const operations = [
      { kind: 'add-service', service },
      { kind: 'zero' },
      { kind: 'delete-destination', service: key, destination: destination.key },
      { kind: 'delete-service', service: key },
      { kind: 'flush' },
    ] as const;
    const failures = await kernel.apply(operations);
    expect(failures.map(({ index, operation, error }) => [index, operation, error.message])).toEqual([
      [0, operations[0], 'add-service tcp 10.0.0.1:80: EEXIST: the service exists already'],
      [2, operations[2], 'delete-destination 10.0.0.1:80 of tcp 10.0.0.1:80: ENOENT: there is no such destination'],
      [3, operations[3], 'delete-service tcp 10.0.0.1:80: ESRCH: there is no such service'],
    ]);
  });

  test('nothing to do sends nothing', async () => {
    const { wire, kernel } = await open(() => []);
    expect(await kernel.apply([])).toEqual([]);
    expect(wire.sent).toHaveLength(1);
  });

  test('debug output has one readable line per message', async () => {
    const lines: string[] = [];
    const { kernel } = await open(
      (m) => settleWith(m, 17),
      (line) => lines.push(line),
    );
    await kernel.apply([{ kind: 'delete-service', service: { kind: 'fwmark', mark: 7, family: 4 } }]);
    expect(lines).toEqual([
      '> getFamily seq 1 flags 0x5 16 bytes {"familyName":"IPVS"}',
      '< newFamily seq 1 flags 0x0 12 bytes {"familyId":28}',
      '< ack seq 1 flags 0x100 20 bytes {}',
      '> deleteService seq 2 flags 0x5 24 bytes {"service":{"family":2,"mark":7}}',
      '< error EEXIST seq 2 flags 0x100 20 bytes {}',
    ]);
  });
});

const commandOf = ({ payload }: Message): number => decodeGeneric(payload).command;

const ipvsReply = (
  { sequence }: Message,
  values: Parameters<typeof writeAttributes<typeof commandTable>>[2],
): Uint8Array =>
  datagramOf({ type: 0x1c, flags: 2, sequence }, (writer) => {
    writeGenericHeader(writer, 1, 1);
    writeAttributes(writer, commandTable, values);
  });

const together = (...messages: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(messages));

const open = async (answer: Answer, debug?: (line: string) => void) => {
  const wire = new FakeWire((m) => {
    if (m.type !== 0x10) return answer(m);
    const reply = datagramOf({ type: 0x10, sequence: m.sequence }, (writer) => {
      writeGenericHeader(writer, 1, 2);
      writeAttributes(writer, controlTable, { familyId: 0x1c });
    });
    return [reply, ackTo(m)];
  });
  return { wire, kernel: await openIpvsKernel({ transport: wire.open, clock: new FakeClock(), debug }) };
};
