// Whether this process may do what the daemon does, asked before anything is touched.
import { DaemonError, exitStatus } from '../exit.ts';

/** linux/capability.h */
const needed = [
  ['CAP_NET_ADMIN', 12n],
  ['CAP_NET_RAW', 13n],
] as const;

/** Throws PERMISSION (exit status 4) unless `status` (the text of /proc/self/status) shows the capabilities. */
export const requirePrivilege = (status: string): void => {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const missing = needed.filter(([, bit]) => ((effective >> bit) & 1n) === 0n).map(([name]) => name);
  if (missing.length === 0) return;
  throw new DaemonError(
    'PERMISSION',
    exitStatus.permission,
    `Not permitted: ${missing.join(' and ')} missing; run as root, or give the service these capabilities`,
  );
};
