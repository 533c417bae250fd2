// A snapshot of a configuration text, and a walk through what it shows.
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Oid } from '../../src/agentx/oid.ts';
import type { Value } from '../../src/agentx/value.ts';
import type { Snapshot } from '../../src/mib/snapshot.ts';
import type { ManagedObject } from '../../src/view/object.ts';
import { viewOf } from '../../src/view/view.ts';

export const configOf = (text: string): Config =>
  parseConfig({ file: '/k.conf', configId: 'lb1', read: memoryReader({ '/k.conf': text }) }).config;

export const snapshotOf = (text: string, more: Partial<Snapshot> = {}): Snapshot => ({
  version: 'Keepalived v2.4.3',
  hostName: 'lb1',
  config: configOf(text),
  instances: [],
  services: [],
  bfdUp: new Set(),
  interfaces: new Map([['eth0', { index: 3, mac: Uint8Array.of(2, 0, 0, 0, 0, 1) }]]),
  table: [],
  ...more,
});

/** Every variable under `root`, by the rest of its name. */
export const walk = (objects: readonly ManagedObject[], root: Oid): Readonly<Record<string, string | number>> => {
  const view = viewOf(objects);
  const found: Record<string, string | number> = {};
  const end = [...root.slice(0, -1), (root.at(-1) ?? 0) + 1];
  let { name, value } = view.next({ start: root, include: true, end });
  while (value.type !== 'end-of-view') {
    found[name.slice(root.length).join('.')] = shown(value);
    ({ name, value } = view.next({ start: name, include: false, end }));
  }
  return found;
};

export const shown = (value: Value): string | number => {
  switch (value.type) {
    case 'integer':
    case 'counter':
    case 'gauge':
    case 'ticks':
      return value.value;
    case 'counter64':
      return `${value.value}`;
    case 'oid':
      return value.oid.join('.');
    case 'octets':
    case 'opaque':
    case 'ip-address':
      return readable(value.bytes);
    case 'null':
    case 'no-such-object':
    case 'no-such-instance':
    case 'end-of-view':
      return value.type;
  }
};

/** Text, or an address where it is none. */
const readable = (bytes: Uint8Array): string => {
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return new TextDecoder().decode(bytes);
  return formatIp({ family: bytes.length === 4 ? 4 : 6, bytes });
};
