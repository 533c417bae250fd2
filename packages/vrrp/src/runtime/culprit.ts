// Who asked the kernel for a change, in words: the port of a notification is a process id more often than not.
import { readFileSync } from 'node:fs';

/** The name of a process of this PID namespace; undefined when it has ended already, which ip(8) does quickly. */
export type ProcessName = (pid: number) => string | undefined;

export const processName: ProcessName = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** Who puts routes there, by the number that comes with them (rtnetlink(7), /etc/iproute2/rt_protos). */
const PROTOCOLS: Readonly<Record<number, string>> = {
  ...{ 1: 'redirect', 2: 'kernel', 3: 'boot', 4: 'static', 8: 'gated', 9: 'ra', 10: 'mrt', 11: 'zebra', 12: 'bird' },
  ...{ 13: 'dnrouted', 14: 'xorp', 15: 'ntk', 16: 'dhcp', 17: 'mrouted', 18: 'keepalived', 42: 'babel', 84: 'ovn' },
  ...{ 99: 'openr', 186: 'bgp', 187: 'isis', 188: 'ospf', 189: 'rip', 192: 'eigrp' },
};

export const protocolName = (protocol: number): string => PROTOCOLS[protocol] ?? String(protocol);

/** PID_MAX_LIMIT: further sockets of a process have port numbers beyond it. */
const PID_MAX = 4_194_304;

/** `by`: netlink port number. */
export const culprit = (by: number | undefined, name: ProcessName): string => {
  if (by === undefined || by === 0 || by > PID_MAX) return 'someone else';
  const known = name(by);
  return known === undefined ? `process ${by}` : `${known} (process ${by})`;
};
