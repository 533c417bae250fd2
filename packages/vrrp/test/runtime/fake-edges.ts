// A host of objects: links, addresses, wires and ARP that a test holds in its hand.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import {
  type InterfaceAddress,
  type Link,
  NetlinkError,
  type NewAddress,
  type RouteEvent,
  type RouteKernel,
} from '@vipward/netlink';
import { FakeClock } from '@vipward/testkit';
import {
  type AdvertV2,
  encodeV2,
  type ProcessSource,
  startVrrp,
  type VrrpOptions,
  type VrrpPacket,
  type WireListener,
  type WireNeeds,
} from '../../src/index.ts';
import { ip } from '../advert/golden.ts';
import { vip } from '../machine/make.ts';

export const link = (name: string, index: number, up = true): Link => ({
  index,
  name,
  up,
  running: up,
  loopback: false,
  multicast: true,
  noArp: false,
  mac: Uint8Array.of(2, 0, 0, 0, 0, index),
  mtu: 1500,
  kind: 'veth',
});

const on = (ifIndex: number, address: IpAddress, prefixLength: number, protocol = 0): InterfaceAddress => ({
  ifIndex,
  address,
  prefixLength,
  scope: 0,
  flags: 128,
  protocol,
});

export class FakeKernel implements RouteKernel {
  readonly linkList = [link('lo', 1), link('eth0', 2)];
  addressList: InterfaceAddress[] = [on(2, ip('10.0.0.5'), 24)];
  readonly writes: string[] = [];
  /** Notifications that are late, when this is a list. */
  held: RouteEvent[] | undefined;
  /** Answers a write; throw to refuse it, never resolve to hold it. */
  answer: (write: string) => Promise<void> = async () => undefined;
  #listener: (event: RouteEvent) => void = () => undefined;

  links = async (): Promise<readonly Link[]> => [...this.linkList];
  addresses = async (): Promise<readonly InterfaceAddress[]> => [...this.addressList];
  neighbours = async () => [];
  routes = async () => [];
  rules = async () => [];
  apply = async () => [];
  watchRouting = () => () => undefined;
  watch(listener: (event: RouteEvent) => void): () => void {
    this.#listener = listener;
    return () => undefined;
  }
  close(): void {}

  async addAddress({ ifIndex, address, prefixLength, protocol }: NewAddress): Promise<void> {
    await this.#write(`add ${formatIp(address)}/${prefixLength}`);
    const added = on(ifIndex, address, prefixLength, protocol);
    this.addressList.push(added);
    this.tell({ kind: 'address', address: added });
  }

  async deleteAddress({ address, prefixLength }: NewAddress): Promise<void> {
    await this.#write(`delete ${formatIp(address)}/${prefixLength}`);
    this.lose(formatIp(address));
  }

  /** The address goes, and everybody who watches is told. */
  lose(text: string, { silently = false } = {}): void {
    const lost = this.addressList.filter(({ address }) => formatIp(address) === text);
    this.addressList = this.addressList.filter((address) => !lost.includes(address));
    if (!silently) for (const address of lost) this.tell({ kind: 'address-removed', address });
  }

  tell(event: RouteEvent): void {
    if (this.held) this.held.push(event);
    else this.#listener(event);
  }

  /** Delivers what was held, and holds no more. */
  flush(): void {
    const events = this.held ?? [];
    this.held = undefined;
    for (const event of events) this.#listener(event);
  }

  async #write(write: string): Promise<void> {
    this.writes.push(write);
    await this.answer(write);
  }
}

export const refusal = (errno: number, errnoName: string): NetlinkError =>
  new NetlinkError({ code: 'NETLINK_REFUSED', operation: 'add address', errno, errnoName });

export const instance = (change: Partial<VrrpInstance> = {}): VrrpInstance => ({
  name: 'VI_1',
  state: 'BACKUP',
  interfaceName: 'eth0',
  virtualRouterId: 51,
  priority: 100,
  advertInterval: 1000,
  nopreempt: false,
  preemptDelay: 0,
  garpMasterDelay: 5000,
  garpMasterRepeat: 5,
  virtualAddresses: [vip('10.0.0.100')],
  trackInterfaces: [],
  trackScripts: [],
  unicastPeers: [],
  at: { file: 'k.conf', line: 7, column: 1 },
  ...change,
});

/** A running VRRP whose adverts, ARPs, log lines and events are lists. */
export const running = async (
  options: Partial<VrrpOptions> = {},
  kernel = new FakeKernel(),
  processes: ProcessSource = { watch: () => () => undefined, list: () => [], read: () => undefined },
) => {
  const clock = new FakeClock();
  const sent: number[] = [];
  const announced: string[] = [];
  const lines: string[] = [];
  const events: string[] = [];
  const sysctls = new Map<string, string>([['/proc/sys/net/ipv4/conf/eth0/promote_secondaries', '0']]);
  /** What wires were told to hear, the latest last. */
  const heard: WireNeeds[] = [];
  const failing = { send: false };
  let listener: WireListener = { onPacket: () => undefined, onError: () => undefined };
  const log = (text: string): void => void lines.push(text);
  const runtime = await startVrrp({
    instances: [instance()],
    routeKernel: kernel,
    clock,
    log: { error: log, warning: log, info: log, detail: log },
    onEvent: ({ state }) => events.push(state),
    edges: {
      bootId: 'boot',
      processes,
      sysctl: { read: (path) => sysctls.get(path), write: (path, value) => void sysctls.set(path, value) },
      openWire: (place, receiver) => {
        listener = receiver;
        return {
          place,
          hear: (needs) => void heard.push(needs),
          send({ message }) {
            if (failing.send) throw new Error('sendmsg: ENOBUFS');
            sent.push(message[2] ?? -1);
          },
          close: () => undefined,
        };
      },
      openArp: () => ({ announce: (address) => void announced.push(formatIp(address)), close: () => undefined }),
    },
    ...options,
  });
  const packet = (received: VrrpPacket): void => listener.onPacket(received);
  const hear = (change: Partial<AdvertV2> = {}, from = '10.0.0.9'): void => {
    const payload = encodeV2({
      version: 2,
      vrid: 51,
      priority: 200,
      authType: 0,
      intervalSeconds: 1,
      addresses: [ip('10.0.0.100')],
      authData: new Uint8Array(8),
      ...change,
    });
    listener.onPacket({ source: ip(from), destination: ip('224.0.0.18'), ttl: 255, payload });
  };
  return { runtime, kernel, clock, sent, announced, lines, events, failing, hear, heard, packet, sysctls };
};
