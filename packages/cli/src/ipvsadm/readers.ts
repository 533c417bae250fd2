// How each option's value gets into the draft, and the words of the refusal when it can't.
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { ForwardingMethod, ProtocolNumber } from '@vipward/netlink';
import { type Draft, noMask6, protocolName, protocolNames, serviceFamily } from './draft.ts';
import { refuse, type Stop } from './refusal.ts';
import { type KnownNames, leadingNumber, readHostPort, readIp4OrName, readNumber } from './values.ts';

/** Puts the value of one option into the draft, or says why not. */
export type Take<Value = string> = (draft: Draft, value: Value, names: KnownNames) => Stop | undefined;

/** 31 days in seconds: what the kernel can count in jiffies at any HZ. */
export const maxTimeout = 31 * 24 * 3600;
const defaultPersistence = 360;
const maxInt = 0x7fffffff;
// IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN and IP_VS_IFNAME_MAXLEN are 16, the final zero included; ipvsadm cuts.
const nameLength = 15;

export const daemonKind =
  (complaint: string): Take =>
  (draft, value) => {
    if (value !== 'master' && value !== 'backup') return refuse(complaint);
    draft.daemonKind = value;
    return undefined;
  };

export const addressService =
  (protocol: ProtocolNumber): Take =>
  (draft, value, names) => {
    const read = readHostPort(value, protocolNames[protocol], names);
    if (read === undefined) return refuse('illegal virtual server address[:port] specified');
    if (read.kind !== 'host-port') return read;
    draft.service = { kind: 'address', protocol, address: read.address, port: read.port ?? 0 };
    if (read.address.family === 6) draft.netmask = noMask6;
    return undefined;
  };

export const markService: Take = (draft, value) => {
  const mark = readNumber(value, 1, 0xffffffff);
  if (mark === undefined) return refuse(`invalid fwmark value \`${value}' specified`);
  draft.service = { kind: 'fwmark', mark, family: 4 };
  return undefined;
};

export const markIsIp6: Take<undefined> = (draft) => {
  if (draft.service?.kind !== 'fwmark') return refuse('-6 used before -f\n');
  draft.service = { ...draft.service, family: 6 };
  draft.netmask = noMask6;
  return undefined;
};

/** Without a value the timeout is 360 s; the manual page says 300. */
export const persistence: Take<string | undefined> = (draft, value) => {
  const timeout = value === undefined ? defaultPersistence : readNumber(value, 1, maxTimeout);
  if (timeout === undefined) return refuse(`invalid timeout value \`${value}' specified`);
  draft.persistent = true;
  draft.timeout = timeout;
  return undefined;
};

/** A prefix length once an IPv6 service has been named, a dotted mask (or a host's name) before that. */
export const netmask: Take = (draft, value, names) => {
  if (serviceFamily(draft.service) === 6) {
    const prefix = leadingNumber(value);
    if (prefix < 1 || prefix > noMask6) return refuse('illegal ipv6 netmask specified');
    draft.netmask = prefix;
    return undefined;
  }
  const mask = readIp4OrName(value, names);
  if (mask === undefined) return refuse('illegal virtual server persistent mask specified');
  if ('kind' in mask) return mask;
  draft.netmask = new DataView(mask.bytes.buffer, mask.bytes.byteOffset).getUint32(0);
  return undefined;
};

export const scheduler: Take = (draft, value) => {
  draft.scheduler = value.slice(0, nameLength);
  return undefined;
};

export const schedFlags: Take = (draft, value) => {
  draft.schedFlags = value;
  return undefined;
};

export const engine: Take = (draft, value) => {
  draft.engine = value.slice(0, nameLength);
  return undefined;
};

/** Without a port the server takes the one of the service, if that was named before it. */
export const realServer: Take = (draft, value, names) => {
  const read = readHostPort(value, protocolName(draft.service), names);
  if (read === undefined) return refuse('illegal real server address[:port] specified');
  if (read.kind !== 'host-port') return read;
  const servicePort = draft.service?.kind === 'address' ? draft.service.port : 0;
  draft.server = { address: read.address, port: read.port ?? servicePort };
  return undefined;
};

export const forwarding =
  (method: ForwardingMethod): Take<undefined> =>
  (draft) => {
    draft.forwarding = method;
    return undefined;
  };

export const tunnelType: Take = (draft, value) => {
  if (value !== 'ipip' && value !== 'gue' && value !== 'gre') return refuse('illegal tunnel type specified');
  draft.tunnelType = value;
  return undefined;
};

const numberReader =
  (min: number, max: number, complaint: string, put: (draft: Draft, number: number) => void): Take =>
  (draft, value) => {
    const number = readNumber(value, min, max);
    if (number === undefined) return refuse(complaint);
    put(draft, number);
    return undefined;
  };

export const tunnelPort = numberReader(1, 65535, 'illegal tunnel port specified', (draft, port) => {
  draft.tunnelPort = port;
});
export const weight = numberReader(0, maxInt, 'illegal weight specified', (draft, value) => {
  draft.weight = value;
});
export const upperThreshold = numberReader(0, maxInt, 'illegal u_threshold specified', (draft, threshold) => {
  draft.upperThreshold = threshold;
});
export const lowerThreshold = numberReader(0, maxInt, 'illegal l_threshold specified', (draft, threshold) => {
  draft.lowerThreshold = threshold;
});
export const syncId = numberReader(0, 255, 'illegal syncid specified', (draft, id) => {
  draft.syncId = id;
});
export const syncMaxLength = numberReader(1, 65507, 'illegal sync-maxlen specified', (draft, length) => {
  draft.syncMaxLength = length;
});
export const multicastPort = numberReader(1, 65535, 'illegal mcast-port specified', (draft, port) => {
  draft.multicastPort = port;
});
export const multicastTtl = numberReader(1, 255, 'illegal mcast-ttl specified', (draft, ttl) => {
  draft.multicastTtl = ttl;
});

export const multicastInterface: Take = (draft, value) => {
  draft.multicastInterface = value.slice(0, nameLength);
  return undefined;
};

/** Unlike a service's address, a group must have all four parts. */
export const multicastGroup: Take = (draft, value) => {
  const group = parseIp(value);
  if (group === undefined || !isMulticast(group)) {
    return refuse(`invalid IPv${group?.family ?? 4} mcast-group \`${value}'`);
  }
  draft.multicastGroup = group;
  return undefined;
};

const isMulticast = ({ family, bytes }: IpAddress): boolean =>
  family === 6 ? bytes[0] === 0xff : ((bytes[0] ?? 0) & 0xf0) === 0xe0;
