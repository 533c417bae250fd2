// Identity across reloads and restarts: what must stay the same for a virtual server, real server or check to keep its state.
import type { RealServer, SslSettings, VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type AnyCheck, checksOf, type Probe } from './checks.ts';

/** The service's address or mark, or its group; scheduler, forwarding and the like may change and the state stays. */
export const virtualServerKey = (vs: VirtualServer): string =>
  vs.groupKey === undefined ? targetKey(vs) : `group ${vs.groupKey}`;

const targetKey = (vs: VirtualServer): string =>
  vs.target.kind === 'fwmark'
    ? `fwmark ${vs.target.mark} inet${vs.family === 6 ? '6' : ''}`
    : `${vs.protocol ?? 'none'} ${formatIp(vs.target.address)} ${vs.target.port}`;

export const realServerKey = (rs: RealServer): string => `${formatIp(rs.address)} ${rs.port}`;

/** What is asked of whom. When it is asked, how often and how patiently is no part of it: tuning keeps the verdict. */
export const checkerKey = (checker: AnyCheck): string => {
  if (checker.kind === 'FILE_CHECK') return JSON.stringify([checker.kind, checker.trackFile]);
  if (checker.kind === 'BFD_CHECK') return JSON.stringify([checker.kind, checker.name]);
  const { connectIp, connectPort, bindTo, bindPort, bindIf, fwmark } = checker;
  // What JSON.stringify makes of most of them, a third as dear.
  if (checker.kind === 'TCP_CHECK' && (bindTo ?? bindPort ?? bindIf ?? fwmark) === undefined) {
    return `["TCP_CHECK",["${formatIp(connectIp)}",${connectPort},null,null,null,null],[]]`;
  }
  const where = [formatIp(connectIp), connectPort, bindTo && formatIp(bindTo), bindPort, bindIf, fwmark];
  return JSON.stringify([checker.kind, where, question(checker)]);
};

export interface KeysWithin {
  readonly realServers: readonly string[];
  /** By real server and check. */
  readonly checks: readonly (readonly string[])[];
}

// A configuration is read-only, and these are asked for at every writing of the state and at the reload that ends it.
const made = new WeakMap<VirtualServer, KeysWithin>();

/** The identities of the real servers of `vs` and of their checks, each among its like. */
export const keysWithin = (vs: VirtualServer): KeysWithin => {
  const before = made.get(vs);
  if (before !== undefined) return before;
  const keys = {
    realServers: distinct(vs.realServers.map(realServerKey)),
    checks: vs.realServers.map((rs) => distinct(checksOf(rs).map(checkerKey))),
  };
  made.set(vs, keys);
  return keys;
};

/** Makes equal keys distinct by their order: the same check written twice is two checks. */
export const distinct = (keys: readonly string[]): readonly string[] => {
  if (keys.length < 2) return keys;
  const seen = new Map<string, number>();
  return keys.map((key) => {
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 1 ? key : `${key} #${times}`;
  });
};

const question = (checker: Probe): unknown => {
  switch (checker.kind) {
    case 'TCP_CHECK':
    case 'PING_CHECK':
      return [];
    case 'HTTP_GET':
    case 'SSL_GET': {
      const urls = checker.urls.map(({ path, virtualHost, statusCodes, digest, regex, request, expectBody }) => [
        path,
        virtualHost,
        statusCodes.map(({ from, to }) => [from, to]),
        digest,
        // Left out where there is none: the key then is what it was before there were regular expressions.
        ...(regex === undefined ? [] : [regex]),
        ...(request === undefined ? [] : [request]),
        ...(expectBody === undefined ? [] : [{ expectBody }]),
      ]);
      return [
        checker.virtualHost,
        checker.httpProtocol,
        checker.sni,
        urls,
        ...(checker.sniName ? [checker.sniName] : []),
        ...shownFiles(checker.ssl),
        ...(checker.http2 ? ['http2'] : []),
        ...(checker.tlsVerify ? ['tls_verify'] : []),
        ...(checker.tlsExpiryWarning ? [{ tlsExpiryWarning: checker.tlsExpiryWarning }] : []),
      ];
    }
    case 'MISC_CHECK':
      return [checker.script.argv, checker.script.user?.user, checker.script.user?.group, checker.dynamic];
    case 'SMTP_CHECK':
      return [checker.heloName];
    case 'GRPC_CHECK':
      return [checker.service, checker.tls, checker.virtualHost, ...shownFiles(checker.ssl)];
    case 'REDIS_CHECK':
      return [checker.user, checker.password];
    case 'MYSQL_CHECK':
      return [checker.user];
    case 'PGSQL_CHECK':
      return [checker.user, checker.database];
    case 'DNS_CHECK':
      return [checker.type, checker.name];
    case 'UDP_CHECK': {
      const { payload, requireReply, reply, minReplyLength, maxReplyLength } = checker;
      const sent = payload === undefined ? undefined : [...payload];
      return [sent, requireReply, reply, minReplyLength, maxReplyLength];
    }
  }
};

/** Nothing where there is no SSL block: the key then is what it was before there were any. */
const shownFiles = (ssl: SslSettings | undefined): readonly unknown[] =>
  ssl === undefined ? [] : [[ssl.certificate, ssl.key, ssl.ca]];
