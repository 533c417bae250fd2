// How the memory kernels say no: the same NetlinkError that the real one's refusal becomes.
import { constants } from 'node:os';
import { NetlinkError } from '@vipward/netlink';

export type ErrnoName = keyof typeof constants.errno;

/** A refusal with its errno, worded after what was attempted. */
export const refusal = (operation: string, errnoName: ErrnoName): NetlinkError =>
  new NetlinkError({ code: 'NETLINK_REFUSED', operation, errno: constants.errno[errnoName], errnoName });

/** What every call answers after close(). */
export const closed = (operation: string): NetlinkError =>
  new NetlinkError({ code: 'NETLINK_CLOSED', operation, message: 'the netlink socket was closed' });
