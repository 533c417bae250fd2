// The SSL block, and the SSL_GET checks that show it to their servers.
import type { Block, Statement } from '../blocks/block.ts';
import type { Checker, GrpcCheck, HttpCheck, MoreChecker, RealServer, SslSettings, VirtualServer } from '../model.ts';
import { at, present, text } from './values.ts';

export const buildSsl = (statement: Statement, block: Block): SslSettings => ({
  ...present('password', text(block, 'password')),
  ...present('ca', text(block, 'ca')),
  ...present('certificate', text(block, 'certificate')),
  ...present('key', text(block, 'key')),
  at: at(statement),
});

/** The block may stand below the servers, so it comes to their checks at the end. Members of a group go on sharing theirs. */
export const showSsl = (
  virtualServers: readonly VirtualServer[],
  ssl: SslSettings | undefined,
): readonly VirtualServer[] => {
  if (ssl === undefined) return virtualServers;
  const shown = new Map<readonly RealServer[], readonly RealServer[]>();
  return virtualServers.map((server) => {
    const known = shown.get(server.realServers) ?? server.realServers.map((real) => toRealServer(real, ssl));
    shown.set(server.realServers, known);
    return { ...server, realServers: known };
  });
};

const toRealServer = (real: RealServer, ssl: SslSettings): RealServer => {
  const more = real.moreCheckers;
  return real.checkers.some(shows) || more?.some(shows)
    ? {
        ...real,
        checkers: real.checkers.map((check) => (shows(check) ? { ...check, ssl } : check)),
        ...present(
          'moreCheckers',
          more?.map((check) => (shows(check) ? { ...check, ssl } : check)),
        ),
      }
    : real;
};

const shows = (check: Checker | MoreChecker): check is HttpCheck | GrpcCheck =>
  check.kind === 'SSL_GET' || (check.kind === 'GRPC_CHECK' && check.tls);
