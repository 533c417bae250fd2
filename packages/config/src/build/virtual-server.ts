// virtual_server: one IPVS service with its real servers, defaults filled in and contradictions settled.
import { formatIp, type IpFamily } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { Forwarding, Protocol, RealServer, VirtualServer, VirtualServerTarget } from '../model.ts';
import type { Report } from '../source/report.ts';
import { buildRealServer, type RealServerDefaults } from './real-server.ts';
import type { GroupMember } from './server-group.ts';
import {
  buildHashed,
  buildHysteresis,
  buildOnePacket,
  buildPersistence,
  buildQuorum,
  buildSchedulerFlags,
  buildSorryServer,
  buildSuspend,
  checkSorryServer,
} from './service-settings.ts';
import {
  at,
  blocksOf,
  bool,
  find,
  findAll,
  forwarding,
  has,
  millis,
  number,
  present,
  script,
  text,
  valueIn,
} from './values.ts';

const DELAY_LOOP = 60_000;
const CONNECT_TIMEOUT = 5_000;
const LONGEST_ENGINE = 15;

/** One service of the table; undefined when it cannot be used, which is reported. */
export const buildVirtualServer = (
  statement: Statement,
  block: Block,
  { target, family: familyOfMark, inGroup = false }: GroupMember & { readonly inGroup?: boolean },
  report: Report,
): VirtualServer | undefined => {
  const name = serviceName(target);
  const family = familyOfMark ?? buildFamily(statement, block, target, report);
  const protocol = buildProtocol(statement, block, target, name, report);
  const method =
    forwarding(block, 'lvs_method') ?? assume(statement, block, 'lvs_method', name, 'NAT', { kind: 'NAT' }, report);
  const scheduler = text(block, 'lvs_sched') ?? assume(statement, block, 'lvs_sched', name, 'wlc', 'wlc', report);
  const delayLoop = millis(block, 'delay_loop') ?? DELAY_LOOP;
  const realServers = buildRealServers(
    block,
    { ...defaultsOf(statement, block, target, family, method, delayLoop), inGroup },
    name,
    report,
  );
  if (realServers.length === 0) {
    report('error', 'no-real-servers', `virtual server ${name} has no real servers and is dropped`, at(statement));
    return undefined;
  }
  const sorryServer = buildSorryServer(block, family, method, report);
  checkSorryServer(block, sorryServer, target, realServers, report);
  const quorum = buildQuorum(statement, block, realServers, name, report);
  const persistence = buildPersistence(statement, block, target, family, name, report);
  return {
    target,
    family,
    ...present('protocol', protocol),
    scheduler,
    forwarding: method,
    delayLoop,
    ...persistence,
    ...present('persistenceEngine', text(block, 'persistence_engine')?.slice(0, LONGEST_ENGINE)),
    onePacket: buildOnePacket(block, protocol, name, report),
    quorum,
    hysteresis: buildHysteresis(block, quorum, name, report),
    alpha: has(block, 'alpha'),
    ...present('sorryServer', sorryServer),
    realServers,
    ...present('virtualHost', text(block, 'virtualhost')),
    ...present('schedulerFlags', buildSchedulerFlags(block, scheduler, report)),
    hashed: buildHashed(block, report),
    haSuspend: buildSuspend(block, target, name, report),
    omega: has(block, 'omega'),
    ...present('quorumUp', script(block, 'quorum_up')),
    ...present('quorumDown', script(block, 'quorum_down')),
    ...present('smtpAlert', bool(block, 'smtp_alert')),
    ...present('snmpName', text(block, 'snmp_name')),
    ...present('panicThreshold', number(block, 'panic_threshold')),
    ...present('drainOnRemove', inMillis(number(block, 'drain_on_remove'))),
    at: at(statement),
  };
};

const inMillis = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

/** As keepalived names services in its messages, without the protocol. */
export const serviceName = (target: VirtualServerTarget): string =>
  target.kind === 'fwmark' ? `fwmark ${target.mark}` : `${formatIp(target.address)} port ${target.port}`;

// A firewall mark has no address: ip_family or the first real server says which family it is.
const buildFamily = (statement: Statement, block: Block, target: VirtualServerTarget, report: Report): IpFamily => {
  const written = text(block, 'ip_family');
  if (target.kind === 'address') {
    const { family } = target.address;
    const writtenAt = find(block, 'ip_family');
    if (writtenAt !== undefined && written !== (family === 4 ? 'inet' : 'inet6'))
      report(
        'error',
        'mixed-families',
        `ip_family ${written} is not that of the address; it is ignored`,
        at(writtenAt),
        {
          related: [{ at: at(statement), message: `the virtual server of IPv${family} is here` }],
          hint: 'ip_family is for firewall marks; remove it',
        },
      );
    return family;
  }
  if (written !== undefined) return written === 'inet6' ? 6 : 4;
  return findAll(block, 'real_server').map((server) => valueIn(server, 'ip-port')?.address.family)[0] ?? 4;
};

const buildProtocol = (
  statement: Statement,
  block: Block,
  target: VirtualServerTarget,
  name: string,
  report: Report,
): Protocol | undefined => {
  const written = text(block, 'protocol');
  const writtenAt = find(block, 'protocol');
  if (target.kind === 'fwmark') {
    if (writtenAt !== undefined)
      report(
        'warning',
        'protocol-of-fwmark',
        `a firewall mark has no protocol; it is ignored for ${name}`,
        at(writtenAt),
      );
    return undefined;
  }
  if (written === 'TCP' || written === 'UDP' || written === 'SCTP') return written;
  return assume(statement, block, 'protocol', name, 'UDP', 'UDP', report);
};

// Nothing usable was written, so keepalived's default counts, which it says as well.
const assume = <T>(
  statement: Statement,
  block: Block,
  keyword: string,
  service: string,
  shown: string,
  value: T,
  report: Report,
): T => {
  const written = findAll(block, keyword)[0];
  const message = `virtual server ${service} has no usable ${written?.row.name ?? keyword}; ${shown} is taken`;
  report(
    'warning',
    'default-taken',
    message,
    at(written ?? statement),
    written === undefined ? { hint: `write ${keyword} ${shown} to say that it is meant` } : {},
  );
  return value;
};

const defaultsOf = (
  statement: Statement,
  block: Block,
  target: VirtualServerTarget,
  family: IpFamily,
  method: Forwarding,
  delayLoop: number,
): RealServerDefaults => ({
  at: at(statement),
  family,
  port: target.kind === 'address' ? target.port : undefined,
  forwarding: method,
  weight: number(block, 'weight') ?? 1,
  inhibitOnFailure: has(block, 'inhibit_on_failure'),
  alpha: has(block, 'alpha'),
  delayLoop,
  connectTimeout: millis(block, 'connect_timeout') ?? CONNECT_TIMEOUT,
  ...present('retry', number(block, 'retry')),
  ...present('delayBeforeRetry', millis(block, 'delay_before_retry')),
  ...present('warmup', millis(block, 'warmup')),
  ...present('slowStart', millis(block, 'slow_start')),
  ...present('virtualHost', text(block, 'virtualhost')),
});

const buildRealServers = (
  block: Block,
  defaults: RealServerDefaults,
  service: string,
  report: Report,
): readonly RealServer[] => {
  const servers = new Map<string, RealServer>();
  for (const { statement, block: body } of blocksOf(block, 'real_server')) {
    const server = buildRealServer(statement, body, defaults, report);
    if (server === undefined) continue;
    const key = `${formatIp(server.address)} port ${server.port}`;
    const before = servers.get(key);
    if (before === undefined) servers.set(key, server);
    else
      report(
        'error',
        'duplicate-real-server',
        `real server ${key} stands twice in virtual server ${service}; the second is dropped`,
        server.at,
        {
          related: [{ at: before.at, message: 'the first one is here' }],
        },
      );
  }
  return [...servers.values()];
};
