// The programs under test: our executable as a user starts it, and Debian's originals.
import { fileURLToPath } from 'node:url';

export const vipward = fileURLToPath(new URL('../../packages/cli/bin/vipward', import.meta.url));
export const keepalived = '/usr/sbin/keepalived';
export const ipvsadm = '/usr/sbin/ipvsadm';

export type Program = 'vipward' | 'keepalived';
