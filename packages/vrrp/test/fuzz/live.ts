// Three live backups, one open, one with an authentication header and one with auth_hmac, that hear everything an outsider sends.
import type { VrrpInstance } from '@vipward/config';
import { type IpAddress, ipEqual } from '@vipward/config/address';
import { decodeIpv4, receiveAdvert, VRRP_GROUP, type VrrpPacket } from '../../src/index.ts';
import { instance, running } from '../runtime/fake-edges.ts';
import { plain, sealed, signed } from './packets.ts';

const OUR_PRIORITY = 100;

type Kind = 'open' | 'header' | 'trailer';

const changes: Readonly<Record<Kind, Partial<VrrpInstance>>> = {
  open: {},
  header: { authentication: { type: 'AH', pass: '1111' } },
  trailer: {
    authHmac: {
      ...{ keys: [{ id: 1, secret: { kind: 'bytes', bytes: new Uint8Array(32).fill(7) } }], activeKey: 1 },
      ...{ antiReplay: 'monotonic', mode: 'enforce' },
    },
  },
};

const backup = async (kind: Kind) => {
  const world = await running({ instances: [instance(changes[kind])] });
  let sequence = 0;
  /** The master speaks. */
  const genuine = (): void => {
    sequence = Math.min(sequence + 1, 0xffff_fffe);
    const packet = { open: plain(200), header: sealed(200, sequence), trailer: signed(200, sequence) }[kind];
    const outer = decodeIpv4(packet);
    if ('packet' in outer) world.packet(outer.packet);
  };
  genuine();
  return { ...world, genuine, status: () => world.runtime.states()[0] };
};

/** Throws when a packet does to a live backup what it must not; use one for many packets. */
export const liveBackups = async () => {
  const open = await backup('open');
  const closed = [await backup('header'), await backup('trailer')] as const;
  let count = 0;
  return (bytes: Uint8Array): void => {
    const outer = decodeIpv4(bytes);
    if ('rejected' in outer) return;
    receiveAll(outer.packet);
    // The master is heard often enough, whatever comes between.
    if (++count % 500 === 0) for (const one of [open, ...closed]) one.genuine();
    hearOpen(outer.packet);
    for (const one of closed) hearClosed(one, outer.packet);
  };

  function hearOpen(packet: VrrpPacket): void {
    const before = open.status()?.advertsReceived;
    const deadline = open.clock.pending[0];
    open.packet(packet);
    const after = open.status();
    const taken = after?.advertsReceived !== before;
    if (taken !== isGood(packet)) throw new Error(`${taken ? 'taken' : 'refused'}, and should not have been`);
    if (after?.role !== 'backup' || open.sent.length > 0) throw new Error(`one packet made it ${after?.role}`);
    const priority = packet.payload[2] ?? 0;
    const moved = open.clock.pending[0] !== deadline;
    // RFC 3768 section 6.4.2: a lower priority is discarded, and so is what is not to be believed.
    if (moved && (!taken || (priority > 0 && priority < OUR_PRIORITY))) throw new Error('the deadline has moved');
    if (taken && priority === 0) open.genuine();
    advance(open);
  }

  function hearClosed(closed: Awaited<ReturnType<typeof backup>>, packet: VrrpPacket): void {
    const before = closed.status()?.advertsReceived;
    const deadline = closed.clock.pending[0];
    closed.packet(packet);
    const after = closed.status();
    // What genuine() has sent is in the past, and nobody else has the key.
    if (after?.advertsReceived !== before) throw new Error('taken, though nobody but the master can have sent it');
    if (closed.clock.pending[0] !== deadline) throw new Error('the deadline has moved');
    if (after?.role !== 'backup' || closed.sent.length > 0) throw new Error(`one packet made it ${after?.role}`);
    advance(closed);
  }
};

const advance = ({ clock, lines }: Awaited<ReturnType<typeof backup>>): void => {
  clock.advance(1);
  // Twenty lines in ten seconds, and one for each interval: whatever is sent does not fill a disk.
  if (lines.length > 100 + clock.now() / 10) throw new Error(`${lines.length} lines`);
};

/** RFC 3768 section 7.1 once more, written from the RFC and not from the code. */
const isGood = ({ source, destination, ttl, payload: p, ah }: VrrpPacket): boolean => {
  let sum = 0;
  for (let i = 0; i < p.length; i += 2) sum += (p[i] ?? 0) * 256 + (p[i + 1] ?? 0);
  while (sum > 0xffff) sum = Math.floor(sum / 0x10000) + (sum % 0x10000);
  const head = [0x21, 51, p[2], 1, 0, 1];
  return (
    ah === undefined &&
    isIpv4(source) &&
    ipEqual(destination, VRRP_GROUP) &&
    ttl === 255 &&
    p.length === 20 &&
    head.every((byte, i) => p[i] === byte) &&
    [10, 0, 0, 100].every((byte, i) => p[8 + i] === byte) &&
    sum === 0xffff
  );
};

const isIpv4 = ({ family }: IpAddress): boolean => family === 4;

/** All that could be configured, in both versions: nothing throws. */
const receiveAll = (packet: VrrpPacket): void => {
  const common = { vrid: 51, addresses: [], unicastPeers: [] };
  for (const authType of [0, 1, 2]) {
    const ah = authType === 2 ? { ah: { key: new Uint8Array(8), sequence: 0 } } : {};
    receiveAdvert(packet, { ...common, ...ah, version: 2, authType, authData: new Uint8Array(8), intervalSeconds: 1 });
  }
  for (const checksum of ['pseudo-header', 'no-pseudo-header', 'old-unicast'] as const)
    receiveAdvert(packet, { ...common, version: 3, intervalCentis: 100, checksum });
  // The same bytes as the payload of an IPv6 packet.
  const [from, to] = [16, 16].map((length) => ({ family: 6 as const, bytes: new Uint8Array(length).fill(0xff) }));
  if (from && to)
    receiveAdvert(
      { source: from, destination: to, ttl: 255, payload: packet.payload },
      { ...common, version: 3, intervalCentis: 100, checksum: 'pseudo-header' },
    );
};
