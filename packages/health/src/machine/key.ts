// Identity across reloads and restarts: what must stay the same for a virtual server, real server or check to keep its state.
import type { RealServer, SslSettings, VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { AnyCheck, Probe } from './checks.ts';

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
  const where = [formatIp(connectIp), connectPort, bindTo && formatIp(bindTo), bindPort, bindIf, fwmark];
  return JSON.stringify([checker.kind, where, question(checker)]);
};

/** Makes equal keys distinct by their order: the same check written twice is two checks. */
export const distinct = (keys: readonly string[]): readonly string[] => {
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
