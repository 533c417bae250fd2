// Where the MIBs stand, and how scripts are written in them.
import type { Script } from '@vipward/config';
import { type Oid, oid } from '../agentx/oid.ts';
import { text, type Value } from '../agentx/value.ts';

/** KEEPALIVED-MIB, RFC 2787 and RFC 6527. */
export const keepalivedMib = oid('1.3.6.1.4.1.9586.100.5');
export const vrrpMib = oid('1.3.6.1.2.1.68');
export const vrrpv3Mib = oid('1.3.6.1.2.1.207');

export const globalPart = [...keepalivedMib, 1];
export const vrrpPart = [...keepalivedMib, 2];
export const checkPart = [...keepalivedMib, 3];

/** The entry of the table that is number `table` of its part. */
export const entryOf = (part: Oid, table: number): Oid => [...part, table, 1];

/** keepalived quotes every word. */
export const scriptText = (script: Script | undefined): Value | undefined =>
  script && text(script.argv.map((word) => `'${word}'`).join(' '));

export const textOrNone = (value: string | undefined): Value | undefined =>
  value === undefined ? undefined : text(value);

/** Rows numbered from 1, behind the index of what they belong to. */
export const numbered = <T>(items: readonly T[], of: Oid = []): readonly { readonly index: Oid; readonly of: T }[] =>
  items.map((item, i) => ({ index: [...of, i + 1], of: item }));
