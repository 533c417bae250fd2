// What the kernel's error numbers mean for IPVS, in words that say what to do.
import type { Ack } from '../codec/ack.ts';
import { NetlinkError } from '../errors.ts';
import { explainPermission, refused } from '../transport/request.ts';

/** NETLINK_REFUSED with errno, its name, the kernel's own words and what they mean here. */
export const explainIpvsRefusal = (operation: string, ack: Ack): NetlinkError => {
  const permission = explainPermission(operation, ack);
  if (permission !== undefined) return permission;
  const plain = refused(operation, ack);
  const meaning = meaningOf(operation.split(' ', 1)[0] ?? '', ack.errno);
  if (meaning === undefined) return plain;
  const { code, errno, errnoName, kernelMessage } = plain;
  const message = [errnoName, meaning, kernelMessage].filter(Boolean).join(': ');
  return new NetlinkError({ code, operation, errno, errnoName, kernelMessage, message });
};

// ip_vs_ctl.c: which check of which command answers which number.
const meaningOf = (kind: string, errno: number): string | undefined =>
  meanings[kind]?.[errno] ?? (errno === 3 ? 'there is no such service' : meanings.any?.[errno]);

const meanings: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'add-service': { 2: 'the kernel has no such scheduler or persistence engine', 17: 'the service exists already' },
  'edit-service': { 2: 'the kernel has no such scheduler or persistence engine' },
  'add-destination': { 17: 'the destination exists already' },
  'edit-destination': { 2: 'there is no such destination' },
  'delete-destination': { 2: 'there is no such destination' },
  'start-daemon': { 17: 'a daemon of this kind runs already', 19: 'there is no such interface' },
  'stop-daemon': { 3: 'no daemon of this kind runs' },
  any: {
    22: 'the kernel does not take these values (an address that is neither local nor reachable by a route, perhaps)',
    34: 'a weight or threshold is out of range',
    93: 'the kernel has no IPVS for this protocol',
    97: 'the kernel has no IPVS for this address family',
  },
};
