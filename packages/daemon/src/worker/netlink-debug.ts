// NLDEBUG of the environment, for every kernel that a process opens.
import { debugSink } from '@vipward/netlink';

/** With NLDEBUG=1 in the environment every netlink message goes to stderr, decoded. */
export const netlinkDebug = (): ((line: string) => void) | undefined =>
  debugSink(process.env, (line) => void process.stderr.write(`${line}\n`));
