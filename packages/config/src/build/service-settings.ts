// Settings of a virtual server that depend on one another: quorum, persistence, one-packet scheduling, sorry server.
import type { IpFamily } from '../address.ts';
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type { Forwarding, Protocol, RealServer, SorryServer, VirtualServer, VirtualServerTarget } from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, find, number, present, valueIn } from './values.ts';

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
  if (quorum <= total || quorum === 1) return quorum;
  const reduced = Math.max(1, total);
  const message = `quorum ${quorum} of ${name} is above the total weight ${total} of its real servers; ${reduced} is taken`;
  report('warning', 'quorum-too-high', message, at(find(block, 'quorum') ?? statement));
  return reduced;
};

export const buildHysteresis = (block: Block, quorum: number, name: string, report: Report): number => {
  const hysteresis = number(block, 'hysteresis') ?? 0;
  const statement = find(block, 'hysteresis');
  if (hysteresis < quorum || statement === undefined) return hysteresis;
  const message = `hysteresis ${hysteresis} of ${name} must be below its quorum ${quorum}; ${quorum - 1} is taken`;
  report('warning', 'hysteresis-too-high', message, at(statement));
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
