// What the kernel saw: adverts on a bridge with the moment of each, and the addresses that come and go in a namespace.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logged, Netns } from '@vipward/testkit';

/** Moments are milliseconds since 1970, as the kernel stamped them. */
export interface SeenAdvert {
  readonly at: number;
  /** Last byte of the sender's address. */
  readonly from: number;
  /** The bridge or port, and the virtual router on it. */
  readonly vrid: number;
  readonly priority: number;
}

export interface AddressEvent {
  readonly at: number;
  readonly kind: 'added' | 'deleted';
  /** With prefix length. */
  readonly address: string;
}

export interface Capture {
  /** Ends it. Throws when the kernel dropped packets: gaps would then be no gaps. */
  end(): Promise<readonly SeenAdvert[]>;
}

/** Every VRRP packet of IPv4 on an interface of `host`. */
export const capture = async (host: Netns, link: string, folder: string): Promise<Capture> => {
  const file = join(folder, `${host.name}-${link}.pcap`);
  const tcpdump = host.spawn('tcpdump', [
    ...['-i', link, '-w', file, '-U', '-s', '96', '-B', '16384', '-Z', 'root'],
    ...['--time-stamp-precision=nano', 'ip proto 112'],
  ]);
  await tcpdump.waitFor('listening on');
  return {
    async end() {
      // What is in the kernel's buffer is written at its next wake-up.
      await sleep(1200);
      tcpdump.kill('SIGINT');
      await tcpdump.ended;
      const dropped = Number(/(\d+) packets? dropped by kernel/.exec(tcpdump.log())?.[1] ?? 0);
      if (dropped > 0) throw new Error(`the capture on ${link} lost ${dropped} packets`);
      return readAdverts(readFileSync(file));
    },
  };
};

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;

/** pcap with nanoseconds, little endian. */
const readAdverts = (file: Buffer): readonly SeenAdvert[] => {
  const adverts: SeenAdvert[] = [];
  for (let offset = FILE_HEADER; offset + RECORD_HEADER <= file.length; ) {
    const at = file.readUInt32LE(offset) * 1000 + file.readUInt32LE(offset + 4) / 1e6;
    const length = file.readUInt32LE(offset + 8);
    const ip = offset + RECORD_HEADER + ETHERNET;
    const vrrp = ip + (file.readUInt8(ip) & 0x0f) * 4;
    adverts.push({
      at,
      from: file.readUInt8(ip + 15),
      vrid: file.readUInt8(vrrp + 1),
      priority: file.readUInt8(vrrp + 2),
    });
    offset += RECORD_HEADER + length;
  }
  return adverts;
};

export interface AddressWatch {
  readonly monitor: Logged;
  events(): readonly AddressEvent[];
}

/** `ip -ts monitor address`: every event with the moment at which this program woke up for it, the same for everybody. */
export const watchAddresses = async (host: Netns): Promise<AddressWatch> => {
  const monitor = host.spawn('ip', ['-ts', '-o', 'monitor', 'address'], { env: { ...process.env, TZ: 'UTC' } });
  await sleep(200);
  return { monitor, events: () => monitor.log().split('\n').flatMap(addressEvent) };
};

const addressEvent = (line: string): readonly AddressEvent[] => {
  const parts = /^\[([^\]]+)\] (Deleted )?\d+: \S+ +inet6? (\S+)/.exec(line);
  const [, stamp, deleted, address] = parts ?? [];
  if (stamp === undefined || address === undefined) return [];
  const [seconds = '', fraction = '0'] = stamp.split('.');
  const at = Date.parse(`${seconds}Z`) + Number(`0.${fraction}`) * 1000;
  return [{ at, kind: deleted === undefined ? 'added' : 'deleted', address }];
};
