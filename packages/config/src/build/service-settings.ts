// Settings of a virtual server that depend on one another: quorum, persistence, one-packet scheduling, sorry server.
import type { IpFamily } from '../address.ts';
import { formatIp } from '../address.ts';
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type {
  Forwarding,
  Protocol,
  RealServer,
  SchedulerFlags,
  SorryServer,
  VirtualServer,
  VirtualServerTarget,
} from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, find, has, number, present, valueIn } from './values.ts';

const PERSISTENCE = 360;

export const buildQuorum = (
  statement: Statement,
  block: Block,
  servers: readonly RealServer[],
  name: string,
  report: Report,
): number => {
  const quorum = number(block, 'quorum') ?? 1;
  const total = servers.reduce((sum, server) => sum + server.weight, 0);
  if (quorum <= total) return quorum;
  const reduced = Math.max(1, total);
  const message =
    total === 0
      ? `all real servers of ${name} have weight 0: none gets traffic, and there is no quorum`
      : `quorum ${quorum} of ${name} is above the total weight ${total} of its real servers; ${reduced} is taken`;
  report('warning', 'quorum-too-high', message, at(find(block, 'quorum') ?? statement), {
    related: [{ at: at(statement), message: 'the virtual server is here' }],
  });
  return reduced;
};

export const buildHysteresis = (block: Block, quorum: number, name: string, report: Report): number => {
  const hysteresis = number(block, 'hysteresis') ?? 0;
  const statement = find(block, 'hysteresis');
  if (hysteresis < quorum || statement === undefined) return hysteresis;
  const message = `hysteresis ${hysteresis} of ${name} must be below its quorum ${quorum}; ${quorum - 1} is taken`;
  const quorumAt = find(block, 'quorum');
  report('warning', 'hysteresis-too-high', message, at(statement), {
    ...(quorumAt === undefined ? {} : { related: [{ at: at(quorumAt), message: 'quorum is here' }] }),
    hint: `write hysteresis ${quorum - 1} or less`,
  });
  return quorum - 1;
};

export const buildPersistence = (
  statement: Statement,
  block: Block,
  target: VirtualServerTarget,
  family: IpFamily,
  name: string,
  report: Report,
): Pick<VirtualServer, 'persistenceTimeout' | 'persistenceMask'> => {
  const granularity = valueIn(find(block, 'persistence_granularity'), 'persistence-mask');
  const fits = granularity === undefined || granularity.family === family;
  const granularityAt = find(block, 'persistence_granularity');
  if (!fits && granularityAt !== undefined)
    report(
      'error',
      'mixed-families',
      `persistence_granularity is not of the family of ${name} and is ignored`,
      at(granularityAt),
    );
  const mask = fits ? granularity?.mask : undefined;
  const written = number(block, 'persistence_timeout') ?? (mask === undefined ? undefined : PERSISTENCE);
  const everyPort = target.kind === 'address' && target.port === 0;
  if (written === undefined && everyPort)
    report(
      'warning',
      'port-zero-without-persistence',
      `virtual server ${name} takes every port, which needs persistence; ${PERSISTENCE} s is taken`,
      at(statement),
    );
  return {
    ...present('persistenceTimeout', written ?? (everyPort ? PERSISTENCE : undefined)),
    ...present('persistenceMask', mask),
  };
};

// One-packet scheduling is for UDP; a firewall mark may stand for UDP.
export const buildOnePacket = (block: Block, protocol: Protocol | undefined, name: string, report: Report): boolean => {
  const statement = find(block, 'ops');
  if (statement === undefined) return false;
  if (protocol === undefined || protocol === 'UDP') return true;
  report('error', 'ops-without-udp', `ops needs protocol UDP; it is ignored for ${name}`, at(statement));
  return false;
};

// sorry_server_* change the sorry server above them, so they count only after one.
export const buildSorryServer = (
  block: Block,
  family: IpFamily,
  method: Forwarding,
  report: Report,
): SorryServer | undefined => {
  let server: SorryServer | undefined;
  for (const statement of block.statements) {
    const name = nameOf(statement);
    if (name === 'sorry_server') {
      const value = valueIn(statement, 'ip-port');
      if (value !== undefined && server !== undefined)
        report(
          'note',
          'sorry-server-replaced',
          'there is one sorry server only: this one takes the place of the one above',
          at(statement),
          {
            hint: 'remove one of them',
          },
        );
      if (value !== undefined)
        server = { address: value.address, port: value.port, forwarding: method, inhibit: false };
    } else if (name === 'sorry_server_inhibit' || name === 'sorry_server_lvs_method') {
      if (server === undefined) report('error', 'wrong-order', `${name} must stand below sorry_server`, at(statement));
      else if (name === 'sorry_server_inhibit') server = { ...server, inhibit: true };
      else server = { ...server, forwarding: valueIn(statement, 'forwarding')?.forwarding ?? server.forwarding };
    }
  }
  if (server === undefined || server.address.family === family || server.forwarding.kind === 'TUN') return server;
  const statement = find(block, 'sorry_server');
  if (statement !== undefined)
    report(
      'error',
      'mixed-families',
      'the sorry server is not of the family of the virtual server and is dropped',
      at(statement),
    );
  return undefined;
};

/** What cannot help: a sorry server that is down with the others, or that DR and TUN cannot reach at its port. */
export const checkSorryServer = (
  block: Block,
  sorry: SorryServer | undefined,
  target: VirtualServerTarget,
  servers: readonly RealServer[],
  report: Report,
): void => {
  const statement = find(block, 'sorry_server');
  if (sorry === undefined || statement === undefined) return;
  const name = formatIp(sorry.address);
  const port = target.kind === 'address' ? target.port : 0;
  if (sorry.port !== 0 && sorry.port !== port && sorry.forwarding.kind !== 'NAT')
    report(
      'warning',
      'port-mismatch',
      `the port ${sorry.port} of the sorry server differs from that of the virtual server, which ${sorry.forwarding.kind} cannot do`,
      at(statement),
      { hint: 'write sorry_server without port, or sorry_server_lvs_method NAT' },
    );
  const same = servers.find(
    (server) => formatIp(server.address) === name && (sorry.port === 0 || server.port === sorry.port),
  );
  if (same !== undefined)
    report('note', 'sorry-server-is-real', `the sorry server ${name} is one of the real servers`, at(statement), {
      related: [{ at: same.at, message: 'the real server is here' }],
      hint: 'it is used when the real servers are down, so it should be another one',
    });
};

const FLAGS: readonly (readonly [keyof SchedulerFlags, string, readonly string[]])[] = [
  ['flag1', 'flag-1', ['sh-fallback', 'mh-fallback']],
  ['flag2', 'flag-2', ['sh-port', 'mh-port']],
  ['flag3', 'flag-3', []],
];

/** Flags of the scheduler; those with the name of a scheduler must stand below that scheduler. */
export const buildSchedulerFlags = (block: Block, scheduler: string, report: Report): SchedulerFlags | undefined => {
  const flags = { flag1: false, flag2: false, flag3: false };
  for (const [field, plain, named] of FLAGS) {
    if (has(block, plain)) flags[field] = true;
    for (const name of named) {
      const statement = find(block, name);
      if (statement === undefined) continue;
      const [wanted = ''] = name.split('-');
      const above = block.statements.slice(0, block.statements.indexOf(statement));
      if (scheduler === wanted && above.some((one) => nameOf(one) === 'lvs_sched')) flags[field] = true;
      else report('error', 'wrong-order', `${name} must stand below lb_algo ${wanted}; it is ignored`, at(statement));
    }
  }
  return flags.flag1 || flags.flag2 || flags.flag3 ? flags : undefined;
};

/** `hashed` is accepted and has no effect; keepalived refuses it unless the scheduler sh stands above it. */
export const buildHashed = (block: Block, report: Report): boolean => {
  const statement = find(block, 'hashed');
  if (statement === undefined) return false;
  const above = block.statements.slice(0, block.statements.indexOf(statement));
  const scheduler = above.findLast((one) => nameOf(one) === 'lvs_sched')?.args[0]?.text;
  if (scheduler === 'sh' || scheduler === 'mh') return true;
  report('error', 'wrong-order', 'hashed must stand below lb_algo sh or mh; it is ignored', at(statement), {
    hint: 'remove it: it has no effect',
  });
  return false;
};

/** A firewall mark has no address that could be on this host or not. */
export const buildSuspend = (block: Block, target: VirtualServerTarget, name: string, report: Report): boolean => {
  const statement = find(block, 'ha_suspend');
  if (statement === undefined) return false;
  if (target.kind === 'address') return true;
  report('warning', 'protocol-of-fwmark', `ha_suspend needs an address; it is ignored for ${name}`, at(statement));
  return false;
};
