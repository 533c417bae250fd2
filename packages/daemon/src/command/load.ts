// One snapshot of the configuration, checked: what -t, start, reload and `vipward check` all use.
import { type Config, type Diagnostic, parseConfig, type SourceReader } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { diskHost } from '../files/disk-host.ts';
import { diskReader, notPermitted } from '../files/disk-reader.ts';
import { surroundingsOf } from '../files/surroundings.ts';
import { hostLinks } from './host-links.ts';
import type { DaemonOptions } from './options.ts';

export interface Loaded {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
  /** The exit status that `keepalived -t` would give for what the file itself says (0, 2, 4, 5, 6). */
  readonly status: number;
  /** The main file could not be read. */
  readonly missing: boolean;
  /** In the words of keepalived, for a main file that is there but cannot be read: which, and why. */
  readonly refused?: string;
  /** It is there, and this user may not read it. */
  readonly notPermitted?: true;
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
  const found = { config, diagnostics, status, missing: files.length === 0 };
  if (!found.missing) return found;
  const source = read.text(file);
  if (source.kind !== 'refused') return found;
  if (source.reason === notPermitted)
    return { ...found, refused: `Unable to read configuration file ${file}`, notPermitted: true };
  return { ...found, refused: `Configuration file '${file}' ${source.reason} - skipping` };
};

/**
 * The same for a command that reads and ends, with the interfaces of `namespace`, or else of the net_namespace that the file
 * names, as for keepalived -t; those of one that is not there are not known.
 */
export const loadInNamespace = async (
  options: Omit<Parameters<typeof loadConfig>[0], 'links'>,
  namespace?: string,
): Promise<Loaded> => {
  const here = loadConfig({ ...options, links: await hostLinks(namespace) });
  const { netNamespace } = here.config.process ?? {};
  if (namespace !== undefined || netNamespace === undefined) return here;
  return loadConfig({ ...options, links: await hostLinks(netNamespace) });
};

/** What to say when the main file cannot be read. */
export const missingText = (file: string, { refused }: Loaded): string => refused ?? `Config files missing '${file}'.`;

/** The same for the file and the config id that the command line asks for. */
export const loadFor = (
  options: DaemonOptions,
  links: readonly Link[] | undefined,
  read: SourceReader = diskReader,
): Loaded =>
  loadConfig({
    read,
    file: options.file,
    configId: options.configId,
    checkIncludes: options.checkIncludes,
    links,
  });
