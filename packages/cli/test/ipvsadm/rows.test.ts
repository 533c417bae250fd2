// Servers that come as columns are listed and saved as those that come as objects.
import { expect, test } from '@jest/globals';
import { ipKey } from '@vipward/config/address';
import type { IpvsOperation, ServiceKey } from '@vipward/netlink';
import fc from 'fast-check';
import type { IpvsadmKernel } from '../../src/ipvsadm/context.ts';
import type { ServerRows } from '../../src/ipvsadm/row-lines.ts';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { memorySetup } from './memory.ts';

const byte = fc.integer({ min: 0, max: 255 });
const ip4 = fc.tuple(fc.integer({ min: 1, max: 223 }), byte, byte, byte).map((parts) => Uint8Array.from(parts));
const near = fc.tuple(fc.constantFrom(1, 2), byte).map(([c, d]) => Uint8Array.of(10, 0, c, d));
interface Server {
  readonly bytes: Uint8Array;
  readonly port: number;
  readonly forwarding: 'masq' | 'route';
  readonly weight: number;
}

const server: fc.Arbitrary<Server> = fc.record({
  bytes: fc.oneof({ weight: 3, arbitrary: near }, ip4),
  port: fc.constantFrom(80, 8080),
  forwarding: fc.constantFrom('masq' as const, 'route' as const),
  weight: fc.constantFrom(0, 1, 100, 2_147_483_647),
});
const vip = (last: number): ServiceKey => ({
  kind: 'address',
  protocol: 6,
  address: { family: 4, bytes: Uint8Array.of(192, 0, 2, last) },
  port: 80,
});

const operationsOf = (services: readonly (readonly Server[])[]): IpvsOperation[] =>
  services.flatMap((servers, i): IpvsOperation[] => [
    {
      kind: 'add-service',
      service: {
        key: vip(i),
        scheduler: 'rr',
        persistent: false,
        onePacket: false,
        schedFlags: 0,
        timeout: 0,
        netmask: 0xffffffff,
        engine: '',
      },
    },
    ...servers.map(
      ({ bytes, port, forwarding, weight }): IpvsOperation => ({
        kind: 'add-destination',
        service: vip(i),
        destination: {
          key: { address: { family: 4, bytes }, port },
          forwarding,
          weight,
          upperThreshold: 0,
          lowerThreshold: 0,
        },
      }),
    ),
  ]);

const withRows = (kernel: IpvsadmKernel, asked: string[]): IpvsadmKernel => ({
  ...kernel,
  async rows(key) {
    asked.push(key.kind === 'address' ? ipKey(key.address) : '');
    const entries = await kernel.destinations(key);
    const column = (of: (entry: (typeof entries)[number]) => number) => Uint32Array.from(entries, of);
    const rows: ServerRows = {
      count: entries.length,
      complete: true,
      address: column(({ key: { address } }) =>
        new DataView(address.bytes.buffer, address.bytes.byteOffset).getUint32(0),
      ),
      port: Uint16Array.from(entries, (entry) => entry.key.port),
      weight: Int32Array.from(entries, ({ weight }) => weight),
      activeConnections: column(({ activeConnections }) => activeConnections),
      inactiveConnections: column(({ inactiveConnections }) => inactiveConnections),
      forwarding: (row) => entries[row]?.forwarding ?? 'masq',
    };
    return rows;
  },
});

test.each(['-Ln', '-Sn'])('%s', async (what) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(server, { maxLength: 30 }), { maxLength: 4 }), async (services) => {
      const setup = memorySetup();
      await setup.kernel.apply(operationsOf(services));
      const asked: string[] = [];
      const output: string[] = [];
      const streams = { stdout: (text: string) => void output.push(text), stderr: () => undefined };
      const io = { ...setup.io(streams), openKernel: async () => withRows(setup.kernel, asked) };
      expect(await runIpvsadm([what], io)).toBe(0);
      expect(output.join('')).toBe((await setup.run([what])).stdout);
      expect(asked).toHaveLength(services.length);
    }),
    { numRuns: 50 },
  );
});
