// Names in checks of real servers: the track_file of FILE_CHECK, the session of BFD_CHECK.
import { nearHint } from '../diagnose/suggest.ts';
import type { RealServer, VirtualServer } from '../model.ts';
import type { Report } from '../source/report.ts';
import { BFD, FILE, type Names } from './known-names.ts';
import { present } from './values.ts';

/** The virtual server without checks that lead to nothing. */
export const checkServer = (server: VirtualServer, known: Names, report: Report): VirtualServer =>
  server.realServers.some(({ moreCheckers }) => moreCheckers !== undefined)
    ? { ...server, realServers: server.realServers.map((real) => checkRealServer(real, known, report)) }
    : server;

const checkRealServer = (real: RealServer, known: Names, report: Report): RealServer => {
  if (real.moreCheckers === undefined) return real;
  const kept = real.moreCheckers.filter((checker) => {
    if (checker.kind !== 'FILE_CHECK' && checker.kind !== 'BFD_CHECK') return true;
    const [name, names, kind] =
      checker.kind === 'FILE_CHECK'
        ? ([checker.trackFile, known.files, FILE] as const)
        : ([checker.name, known.writtenBfds, BFD] as const);
    if (checker.kind === 'BFD_CHECK' && known.vrrpBfds.has(name)) {
      const message = `BFD_CHECK uses the BFD session ${name}, which reports to VRRP alone; it is dropped`;
      report('error', 'bfd-not-reported', message, checker.at, { hint: `write checker in bfd_instance ${name}` });
      return false;
    }
    if (names.has(name)) return true;
    report(
      'error',
      kind.code,
      `${checker.kind} uses the ${kind.what} ${name}, which is not defined; it is dropped`,
      checker.at,
      {
        hint: nearHint(name, names, `define ${kind.keyword} ${name}`),
      },
    );
    return false;
  });
  const { moreCheckers: _all, ...rest } = real;
  return { ...rest, ...present('moreCheckers', kept.length === 0 ? undefined : kept) };
};
