// keepalived_check.data: virtual servers, real servers and their checks on SIGUSR1, in keepalived's lines. Pure.
import type { Config, RealServer, VirtualServer } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { CheckReport, RealServerReport, VirtualServerReport } from '@vipward/health';
import { scriptLine, secondsText, yesNo } from './words.ts';

/** `reports` stand in the order of the virtual servers. */
export const checkerLines = (
  { virtualServers }: Pick<Config, 'virtualServers'>,
  reports: readonly VirtualServerReport[],
): readonly string[] => [
  '------< LVS Topology >------',
  ...virtualServers.flatMap((service, i) => serviceLines(service, reports[i])),
  '------< Health checkers >------',
  ...virtualServers.flatMap((service, i) =>
    service.realServers.flatMap((server, j) =>
      (reports[i]?.realServers[j]?.checks ?? []).flatMap((check) =>
        checkLines(`${reports[i]?.name} -> ${serverName(service, server.address, server.port)}`, check),
      ),
    ),
  ),
];

const serviceLines = (service: VirtualServer, report: VirtualServerReport | undefined): readonly string[] => {
  const { target, forwarding, sorryServer: sorry } = service;
  return [
    ' ------< Virtual server >------',
    ...(service.group === undefined ? [] : [` VS GROUP = [${service.group}]`]),
    target.kind === 'fwmark'
      ? ` VS FWMARK = ${target.mark}`
      : ` VS VIP = ${formatIp(target.address)}, VPORT = ${target.port}`,
    ...(service.virtualHost === undefined ? [] : [`   VirtualHost = ${service.virtualHost}`]),
    `   Address family = ${service.family === 6 ? 'inet6' : 'inet'}`,
    `   delay_loop = ${secondsText(service.delayLoop)}`,
    `   lvs_sched = ${service.scheduler}`,
    ...(service.persistenceTimeout === undefined ? [] : [`   persistence timeout = ${service.persistenceTimeout}`]),
    ...(service.protocol === undefined ? [] : [`   protocol = ${service.protocol}`]),
    `   alpha is ${onOff(service.alpha)}`,
    `   omega is ${onOff(service.omega)}`,
    `   quorum = ${service.quorum}, hysteresis = ${service.hysteresis}`,
    ...scriptLine('Quorum up notify', service.quorumUp),
    ...scriptLine('Quorum down notify', service.quorumDown),
    `   default forwarding method = ${forwarding.kind}`,
    ...(sorry === undefined
      ? []
      : [
          `   sorry server = ${serverName(service, sorry.address, sorry.port)}`,
          `     forwarding method = ${sorry.forwarding.kind}`,
          `     Inhibit on failure is ${onOff(sorry.inhibit)}`,
        ]),
    ...(report === undefined
      ? []
      : [
          // It stands in the kernel's table, whether or not any server is left.
          '   alive = 1',
          `   quorum_state_up = ${report.quorum === 'up' ? 1 : 0}`,
        ]),
    ...service.realServers.flatMap((server, i) => serverLines(server, report?.realServers[i])),
  ];
};

const serverLines = (server: RealServer, report: RealServerReport | undefined): readonly string[] => {
  const { address, port, weight } = server;
  return [
    '   ------< Real server >------',
    `   RIP = ${formatIp(address)}, RPORT = ${port}, WEIGHT = ${weight} EFF WEIGHT = ${report?.weight ?? weight}`,
    `   forwarding method = ${server.forwarding.kind}`,
    `   connection limit range = ${server.lowerThreshold} -> ${server.upperThreshold}`,
    `   Inhibit on failure is ${onOff(server.inhibitOnFailure)}`,
    ...scriptLine('  RS up notify', server.notifyUp),
    ...scriptLine('  RS down notify', server.notifyDown),
    `   initial weight = ${weight}`,
    `   effective weight = ${report?.weight ?? weight}`,
    ...(report === undefined
      ? []
      : [
          `   alive = ${report.alive ? 1 : 0}`,
          `   num failed checkers = ${report.checks.filter(({ verdict }) => verdict === 'down').length}`,
        ]),
  ];
};

const checkLines = (place: string, check: CheckReport): readonly string[] => [
  ` ${place}`,
  `   Up = ${yesNo(check.verdict === 'up')}`,
  `   Has run = ${yesNo(check.tried)}`,
  `   Retries iterations = ${check.failures}`,
  `   Keepalive method = ${check.kind}`,
];

/** As in the log: `[10.9.9.1]:tcp:80`. */
const serverName = ({ protocol }: VirtualServer, address: IpAddress, port: number): string =>
  `[${formatIp(address)}]:${protocol === undefined ? '' : `${protocol.toLowerCase()}:`}${port}`;

const onOff = (is: boolean | undefined): string => (is ? 'ON' : 'OFF');
