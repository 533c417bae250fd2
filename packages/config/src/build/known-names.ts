// Names that lead to scripts, files, processes and BFD sessions: what is tracked and not defined is reported and taken out.
import type { DiagnosticCode } from '../diagnose/codes.ts';
import { nearHint } from '../diagnose/suggest.ts';
import type { Config, TrackedItem, VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';

/** Everything that can be tracked by name. */
export interface Names {
  readonly scripts: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly processes: ReadonlySet<string>;
  readonly bfds: ReadonlySet<string>;
  /** With those that are of no use: their sessions never come up, and a BFD_CHECK waits for them as keepalived's does. */
  readonly writtenBfds: ReadonlySet<string>;
  /** Of these the other process hears alone. */
  readonly vrrpBfds: ReadonlySet<string>;
  readonly checkerBfds: ReadonlySet<string>;
}

export const setOf = (objects: readonly { readonly name: string }[] = []): ReadonlySet<string> =>
  new Set(objects.map(({ name }) => name));

export const namesOf = (config: Config, writtenBfds: ReadonlySet<string>): Names => ({
  scripts: setOf(config.vrrpScripts),
  files: setOf(config.trackFiles),
  processes: setOf(config.trackProcesses),
  bfds: setOf(config.bfdInstances),
  writtenBfds,
  vrrpBfds: setOf(config.bfdInstances?.filter(({ reportTo }) => !reportTo.checker)),
  checkerBfds: setOf(config.bfdInstances?.filter(({ reportTo }) => !reportTo.vrrp)),
});

export interface Kind {
  readonly code: DiagnosticCode;
  /** As people say it. */
  readonly what: string;
  /** The block that defines it. */
  readonly keyword: string;
}

const SCRIPT: Kind = { code: 'unknown-script', what: 'script', keyword: 'vrrp_script' };
export const FILE: Kind = { code: 'unknown-track-file', what: 'file', keyword: 'track_file' };
const PROCESS: Kind = { code: 'unknown-track-process', what: 'process', keyword: 'vrrp_track_process' };
export const BFD: Kind = { code: 'unknown-bfd', what: 'BFD session', keyword: 'bfd_instance' };

// keepalived needs all of these defined above their use; here anywhere is enough.
const knownItems = (
  owner: string,
  items: readonly TrackedItem[] | undefined,
  known: ReadonlySet<string>,
  kind: Kind,
  report: Report,
): readonly TrackedItem[] =>
  (items ?? []).filter((item) => {
    if (known.has(item.name)) return true;
    const message = `${owner} tracks the ${kind.what} ${item.name}, which is not defined; it is ignored`;
    report('error', kind.code, message, item.at, {
      hint: nearHint(item.name, known, `define ${kind.keyword} ${item.name} above the instance`),
    });
    return false;
  });

/** What an instance or a group tracks, as far as it is defined. */
export const tracked = (
  owner: string,
  object: Pick<VrrpInstance, 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds'>,
  known: Names,
  report: Report,
): Required<Pick<VrrpInstance, 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds'>> => ({
  trackScripts: knownItems(owner, object.trackScripts, known.scripts, SCRIPT, report),
  trackFiles: knownItems(owner, object.trackFiles, known.files, FILE, report),
  trackProcesses: knownItems(owner, object.trackProcesses, known.processes, PROCESS, report),
  trackBfds: knownItems(owner, object.trackBfds, known.bfds, BFD, report).filter(({ name, at }) => {
    if (!known.checkerBfds.has(name)) return true;
    const message = `${owner} tracks the BFD session ${name}, which reports to the checker alone; it is ignored`;
    report('error', 'bfd-not-reported', message, at, { hint: `write vrrp in bfd_instance ${name}` });
    return false;
  }),
});
