// Where dumps go: keepalived's names below TMPDIR, and what the configuration makes of them. Pure.
import { join } from 'node:path';
import type { Config } from '@vipward/config';
import type { WorkerRole } from '../supervisor/messages.ts';

export type DumpWriter = WorkerRole | 'parent';
export type DumpKind = 'data' | 'stats' | 'json';

const suffixes = { parent: '_parent', vrrp: '', checker: '_check', bfd: '_bfd' } as const satisfies Record<
  DumpWriter,
  string
>;

/** `folder` is TMPDIR, or /tmp. */
export const dumpFile = (
  writer: DumpWriter,
  kind: DumpKind,
  { global, process }: Pick<Config, 'global' | 'process'>,
  folder: string,
): string => {
  const wanted = { data: global.stateDumpFile, stats: global.statsDumpFile, json: global.jsonDumpFile }[kind];
  const file = placed(wanted, `keepalived.${kind}`, folder);
  const { netNamespace, instance } = process ?? {};
  const whose = [netNamespace, instance].filter((part) => part !== undefined).join('_');
  const added = `${suffixes[writer]}${global.dataUseInstance && whose !== '' ? `.${whose}` : ''}`;
  const dot = file.lastIndexOf('.');
  return dot > file.lastIndexOf('/') ? `${file.slice(0, dot)}${added}${file.slice(dot)}` : `${file}${added}`;
};

/** A path that ends in / is a directory, one that does not begin with / is below `folder`. */
const placed = (path: string | undefined, usual: string, folder: string): string => {
  const named = path === undefined ? usual : path.endsWith('/') ? `${path}${usual}` : path;
  return named.startsWith('/') ? named : join(folder, named);
};
