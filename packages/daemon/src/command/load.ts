// One snapshot of the configuration, checked: what -t, start, reload and `vipward check` all use.
import { hostname } from 'node:os';
import { type Config, type Diagnostic, parseConfig } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { diskHost } from '../files/disk-host.ts';
import { diskReader } from '../files/disk-reader.ts';
import { environmentDiagnostics, notBuiltDiagnostics } from './environment.ts';
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
  readonly configId: string;
  readonly links: readonly Link[] | undefined;
}): Loaded => {
  const { file, configId, links } = options;
  const parsed = parseConfig({ file, read: diskReader, configId, host: diskHost(process.env.PATH) });
  const environment = [
    ...notBuiltDiagnostics(parsed.config),
    ...(links === undefined ? [] : environmentDiagnostics(parsed.config, links)),
  ];
  return {
    config: parsed.config,
    diagnostics: [...parsed.diagnostics, ...environment],
    // As -t of keepalived, where a missing interface is an error; a file that cannot be used (2) or read (6) stays that.
    status: environment.length > 0 && parsed.status < 5 && parsed.status !== 2 ? 5 : parsed.status,
    missing: parsed.files.length === 0,
  };
};

/** The same for the file and the config id that the command line asks for. */
export const loadFor = (options: DaemonOptions, links: readonly Link[] | undefined): Loaded =>
  loadConfig({ file: options.file, configId: options.configId ?? defaultConfigId(hostname()), links });

/** keepalived's default config id: the node name up to the first dot. */
export const defaultConfigId = (hostname: string): string => hostname.split('.')[0] ?? hostname;
