// real_server: one destination of a service and its checkers.
import { formatIp, type IpFamily } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { Forwarding, Millis, RealServer, SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';
import { buildCheckers, type CheckerDefaults } from './checker.ts';
import { buildMoreCheckers } from './more-checkers.ts';
import { at, bool, find, forwarding, millis, number, present, script, text, valueIn } from './values.ts';

/** What real servers take from their virtual server. */
export interface RealServerDefaults {
  readonly at: SourceLocation;
  readonly family: IpFamily;
  /** Undefined for a firewall mark: the packet keeps its port, unless NAT changes it. */
  readonly port: number | undefined;
  /** It is a member of a virtual_server_group. */
  readonly inGroup?: boolean;
  readonly forwarding: Forwarding;
  readonly weight: number;
  readonly inhibitOnFailure: boolean;
  readonly alpha: boolean;
  readonly delayLoop: Millis;
  readonly connectTimeout: Millis;
  readonly retry?: number;
  readonly delayBeforeRetry?: Millis;
  readonly warmup?: Millis;
  readonly slowStart?: Millis;
  readonly virtualHost?: string;
}

/** Undefined when the real server cannot be used; that is reported. */
export const buildRealServer = (
  statement: Statement,
  block: Block,
  service: RealServerDefaults,
  report: Report,
): RealServer | undefined => {
  const written = valueIn(statement, 'ip-port');
  if (written === undefined) return undefined;
  const method = forwarding(block, 'lvs_method') ?? service.forwarding;
  // A tunnel may carry one family in the other.
  if (written.address.family !== service.family && method.kind !== 'TUN') {
    const message = `real server ${formatIp(written.address)} is not of the family of its virtual server and is dropped`;
    report('error', 'mixed-families', message, at(statement), {
      related: [{ at: service.at, message: `the virtual server of IPv${service.family} is here` }],
      hint: 'only a tunnel (lvs_method TUN) carries one family in the other',
    });
    return undefined;
  }
  const port = resolvePort(statement, written.port, service, method, report);
  const virtualHost = text(block, 'virtualhost') ?? service.virtualHost;
  const retry = number(block, 'retry') ?? service.retry;
  const delayBeforeRetry = millis(block, 'delay_before_retry') ?? service.delayBeforeRetry;
  const warmup = millis(block, 'warmup') ?? service.warmup;
  const checkerDefaults: CheckerDefaults = {
    address: written.address,
    port: written.port === 0 ? port : written.port,
    delayLoop: millis(block, 'delay_loop') ?? service.delayLoop,
    serviceDelayLoop: service.delayLoop,
    connectTimeout: millis(block, 'connect_timeout') ?? service.connectTimeout,
    alpha: bool(block, 'alpha') ?? service.alpha,
    ...present('retry', retry),
    ...present('delayBeforeRetry', delayBeforeRetry),
    ...present('warmup', warmup),
    ...present('virtualHost', virtualHost),
  };
  const checkers = buildCheckers(block, checkerDefaults, report);
  const moreCheckers = buildMoreCheckers(block, checkerDefaults, report);
  return {
    address: written.address,
    port,
    forwarding: method,
    weight: number(block, 'weight') ?? service.weight,
    ...buildThresholds(block, report),
    inhibitOnFailure: bool(block, 'inhibit_on_failure') ?? service.inhibitOnFailure,
    ...present('virtualHost', virtualHost),
    checkers,
    ...present('moreCheckers', moreCheckers.length === 0 ? undefined : moreCheckers),
    ...present('notifyUp', script(block, 'notify_up')),
    ...present('notifyDown', script(block, 'notify_down')),
    ...present('smtpAlert', bool(block, 'smtp_alert')),
    ...present('snmpName', text(block, 'snmp_name')),
    ...present('slowStart', millis(block, 'slow_start') ?? service.slowStart),
    ...present('maintenanceFile', text(block, 'maintenance_file')),
    at: at(statement),
  };
};

// The kernel refuses a real server (ERANGE) whose lower threshold is above its upper one, also when there is no upper one.
const buildThresholds = (block: Block, report: Report): Pick<RealServer, 'upperThreshold' | 'lowerThreshold'> => {
  const upperThreshold = number(block, 'uthreshold') ?? 0;
  const lowerThreshold = number(block, 'lthreshold') ?? 0;
  const lower = lowerThreshold <= upperThreshold ? undefined : find(block, 'lthreshold');
  if (lower === undefined) return { upperThreshold, lowerThreshold };
  const upper = find(block, 'uthreshold');
  const message = `lthreshold ${lowerThreshold} is above uthreshold ${upperThreshold}, which the kernel refuses; it is ignored`;
  report('warning', 'threshold-impossible', message, at(lower), {
    ...(upper === undefined ? {} : { related: [{ at: at(upper), message: 'uthreshold is here' }] }),
    hint: upper === undefined ? 'write uthreshold as well' : `write lthreshold ${upperThreshold} or less`,
  });
  return { upperThreshold, lowerThreshold: 0 };
};

// DR and TUN leave the packet as it is, so the port cannot change on the way: the kernel does not look at it. Members of a group
// share the real server, so there the port that is for the addresses stays beside a mark.
const resolvePort = (
  statement: Statement,
  written: number,
  { port: service, at: serviceAt, inGroup }: RealServerDefaults,
  method: Forwarding,
  report: Report,
): number => {
  if (service === undefined) {
    if (written === 0 || method.kind === 'NAT') return written;
    const message = `a real server of a firewall mark has no port unless the method is NAT; ${written} is used for checks only`;
    report('warning', 'port-of-fwmark', message, at(statement), {
      related: [{ at: serviceAt, message: 'the virtual server is here' }],
      hint: 'write the port at the check: connect_port',
    });
    return inGroup ? written : 0;
  }
  if (written === 0 || written === service) return service;
  if (method.kind === 'NAT') return written;
  const message = `port ${written} differs from the port ${service} of the virtual server, which ${method.kind} cannot do; ${service} is taken`;
  report('warning', 'port-mismatch', message, at(statement), {
    related: [{ at: serviceAt, message: 'the virtual server is here' }],
    hint: 'a check may still use another port: connect_port',
  });
  return service;
};
