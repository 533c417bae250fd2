// One snapshot of the configuration, checked: what -t, start, reload and `vipward check` all use.
import { type Config, type Diagnostic, parseConfig, type SourceReader } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { diskHost } from '../files/disk-host.ts';
import { diskReader } from '../files/disk-reader.ts';
import { surroundingsOf } from '../files/surroundings.ts';
import type { DaemonOptions } from './options.ts';

export interface Loaded {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
  /** The exit status that `keepalived -t` would give for what the file itself says (0, 2, 4, 5, 6). */
  readonly status: number;
  /** The main file could not be opened. */
  readonly missing: boolean;
}

/** Reads `file` and all it includes; `links` are the interfaces of this host, undefined when they cannot be known. */
export const loadConfig = (options: {
  readonly file: string;
  readonly configId: string | undefined;
  readonly links: readonly Link[] | undefined;
  readonly checkIncludes?: boolean;
  /** Default: the disk. */
  readonly read?: SourceReader;
}): Loaded => {
  const { file, configId, links, checkIncludes = false, read = diskReader } = options;
  const interfaces = links && new Map(links.map((link) => [link.name, link]));
  const { config, diagnostics, status, files } = parseConfig({
    file,
    read,
    ...surroundingsOf(configId),
    checkIncludes,
    host: { ...diskHost(process.env.PATH), ...(interfaces === undefined ? {} : { interfaces }) },
  });
  return { config, diagnostics, status, missing: files.length === 0 };
};

/** The same for the file and the config id that the command line asks for. */
export const loadFor = (options: DaemonOptions, links: readonly Link[] | undefined): Loaded =>
  loadConfig({
    file: options.file,
    configId: options.configId,
    checkIncludes: options.checkIncludes,
    links,
  });
