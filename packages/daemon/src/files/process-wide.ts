// Settings that hold for the whole daemon and its children: the file creation mask, and what the kernel reports of local groups.
import { writeFileSync } from 'node:fs';
import type { GlobalDefs } from '@vipward/config';
import type { Logger } from '../log/logger.ts';

/** That of the command line, else that of the file; without either the mask stays that of who started the daemon. */
export const applyUmask = (fromCommand: string | undefined, { umask }: Pick<GlobalDefs, 'umask'>): void => {
  const asked = fromCommand === undefined ? undefined : umaskOf(fromCommand);
  if (fromCommand !== undefined && asked === undefined) process.stderr.write(`Invalid --umask option ${fromCommand}`);
  const mask = asked ?? umask;
  if (mask !== undefined) process.umask(mask);
};

/** A number in the bases of C, 0777 at most; undefined when it is none. */
export const umaskOf = (text: string): number | undefined => {
  if (!/^(0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) return undefined;
  const value = Number(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text);
  return value <= 0o777 ? value : undefined;
};

/** Linux 4.3 and later; it stays so after the end, as with keepalived. */
export const disableLocalIgmp = (log: Pick<Logger, 'error'>): void => {
  try {
    writeFileSync('/proc/sys/net/ipv4/igmp_link_local_mcast_reports', '0');
  } catch (error) {
    log.error(`disable_local_igmp: ${error instanceof Error ? error.message : String(error)}`);
  }
};
