// A machine in memory for the tests of `vipward realserver`: links, addresses, settings and the record, each of which can refuse.
import { formatIp, ipEqual, parseIp } from '@vipward/config/address';
import { type InterfaceAddress, type Link, NetlinkError, type NewAddress } from '@vipward/netlink';
import type { RealserverIo } from '../../src/realserver/run.ts';
import type { RealserverRecord, SettingName } from '../../src/realserver/state.ts';

export const fresh = {
  'net.ipv4.conf.all.arp_ignore': '0',
  'net.ipv4.conf.all.arp_announce': '0',
  'net.ipv4.conf.lo.arp_ignore': '0',
  'net.ipv4.conf.lo.arp_announce': '0',
};
export const prepared = {
  'net.ipv4.conf.all.arp_ignore': '1',
  'net.ipv4.conf.all.arp_announce': '2',
  'net.ipv4.conf.lo.arp_ignore': '1',
  'net.ipv4.conf.lo.arp_announce': '2',
};

const link = (index: number, name: string, up = true): Link => ({
  index,
  name,
  up,
  running: up,
  loopback: index === 1,
  multicast: index !== 1,
  noArp: false,
  mac: new Uint8Array(6),
  mtu: 1500,
  kind: '',
});

/** What a touch of the machine is called when `refuse` is asked: `add 10.0.0.1`, `set NAME`, `record`. */
export type Refuse = (touch: string) => string | undefined;

export const machine = (
  options: { readonly addresses?: readonly (readonly [number, string, number])[]; readonly loUp?: boolean } = {},
) => {
  let settings: Record<SettingName, string> = { ...fresh };
  let record: RealserverRecord | undefined;
  let refuse: Refuse = () => undefined;
  let touches: string[] = [];
  const out: string[] = [];
  const err: string[] = [];
  const address = ([ifIndex, text, prefixLength]: readonly [number, string, number]): InterfaceAddress => {
    const ip = parseIp(text);
    if (ip === undefined) throw new Error(text);
    return { ifIndex, address: ip, prefixLength, scope: 0, flags: 0, protocol: 0 };
  };
  let addresses = [[1, '127.0.0.1', 8] as const, [1, '::1', 128] as const, ...(options.addresses ?? [])].map(address);

  const touch = (what: string): void => {
    touches.push(what);
    const errnoName = refuse(what);
    if (errnoName !== undefined)
      throw new NetlinkError({ code: 'NETLINK_REFUSED', operation: what, errno: 1, errnoName });
  };
  const same = (a: InterfaceAddress, b: NewAddress): boolean =>
    a.ifIndex === b.ifIndex && a.prefixLength === b.prefixLength && ipEqual(a.address, b.address);

  const io: RealserverIo = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    routeKernel: {
      links: async () => [link(1, 'lo', options.loUp), link(2, 'eth0')],
      addresses: async () => addresses,
      async addAddress(added) {
        touch(`add ${formatIp(added.address)}`);
        addresses = [...addresses, { ...added, scope: 0, flags: added.noDad ? 2 : 0, protocol: 0 }];
      },
      async deleteAddress(deleted) {
        touch(`delete ${formatIp(deleted.address)}`);
        addresses = addresses.filter((each) => !same(each, deleted));
      },
    },
    settings: {
      read: (name) => settings[name],
      write(name, value) {
        touch(`set ${name}`);
        settings = { ...settings, [name]: value };
      },
    },
    records: {
      read: () => record,
      write(next) {
        touch('record');
        record = next;
      },
    },
  };
  return {
    io,
    get settings() {
      return settings;
    },
    set settings(next) {
      settings = next;
    },
    get record() {
      return record;
    },
    /** `10.0.0.1/32` of every address on lo but the loopback's own. */
    get onLo() {
      return addresses
        .filter(({ ifIndex }) => ifIndex === 1)
        .map((each) => `${formatIp(each.address)}/${each.prefixLength}`)
        .slice(2);
    },
    get flags() {
      return addresses.at(-1)?.flags;
    },
    refuseWhen(next: Refuse) {
      refuse = next;
    },
    /** Someone removes an address by hand. */
    loseAddress(text: string) {
      addresses = addresses.filter((each) => formatIp(each.address) !== text);
    },
    /** What was written since the last call. */
    take() {
      const said = { out: out.join(''), err: err.join(''), touches };
      touches = [];
      out.length = 0;
      err.length = 0;
      return said;
    },
  };
};
