// `vipward status`: what the running daemon says of itself.
import { type Asked, askStatus, type DaemonStatus } from '@vipward/daemon/control';
import { unanswered } from '../unanswered.ts';
import { grid } from './grid.ts';

export interface StatusEdges {
  readonly ask: (path: string) => Promise<Asked>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const systemEdges: StatusEdges = {
  ask: (path) => askStatus(path),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

/** Returns 0, 3 when no daemon runs (as `systemctl status` does), 1 when it runs and does not answer. */
export const runStatus = async (
  { json = false, socket }: { readonly json?: boolean; readonly socket: string },
  { ask, out, error }: StatusEdges = systemEdges,
): Promise<number> => {
  const asked = await ask(socket);
  if (asked.kind !== 'status') {
    const { text, status } = unanswered(socket, asked);
    error(text);
    return status;
  }
  out(json ? `${JSON.stringify(asked.status, undefined, 2)}\n` : statusText(asked.status));
  return 0;
};

const statusText = ({ version, pid, instances, services, bfdSessions = [], checks, silent }: DaemonStatus): string => {
  const parts = [
    [`vipward ${version}, pid ${pid}`, ...silent.map((role) => `  the ${role} worker does not answer`)],
    ...(instances.length > 0 ? [[...instanceLines(instances), ...instances.flatMap(refusedLine)]] : []),
    ...(bfdSessions.length > 0 ? [bfdLines(bfdSessions)] : []),
    ...services.map(serviceLines),
    ...(checks === undefined || checks.checks === 0 ? [] : [checksLines(checks)]),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};

/** The director's part and the servers' part of a slow check, apart. */
const checksLines = ({ checks, mean, max, answers }: NonNullable<DaemonStatus['checks']>): string[] => [
  `${checks} checks began ${inMillis(mean)} late on average, ${inMillis(max)} at worst`,
  `  servers answered in ${inMillis(answers.mean)} on average, ${inMillis(answers.max)} at worst`,
];

const inMillis = (time: number): string => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;

const instanceLines = (instances: DaemonStatus['instances']): string[] =>
  grid(
    [
      { title: 'Instance' },
      { title: 'State' },
      { title: 'Priority', right: true },
      { title: 'Interface' },
      { title: 'VRID', right: true },
      { title: 'Master' },
    ],
    instances.map(({ name, role, priority, interfaceName, virtualRouterId, master }) => [
      name,
      role.toUpperCase(),
      String(priority),
      interfaceName,
      String(virtualRouterId),
      master === undefined
        ? role === 'master'
          ? 'this host'
          : '-'
        : `${master.address} (priority ${master.priority})`,
    ]),
  );

/** What came from others and was not believed, by reason; the log says more. */
const refusedLine = (instance: DaemonStatus['instances'][number]): string[] => {
  const { name, advertsRejected, refusedSources = [], virtualRouterId, interfaceName } = instance;
  const reasons = Object.entries(advertsRejected).toSorted(([, a], [, b]) => b - a);
  const from = refusedSources.map(({ address, count }) => `${address} (${count})`);
  const others = refusedSources.filter(({ sameVrid }) => sameVrid);
  return [
    ...(reasons.length === 0
      ? []
      : [
          `  ${name} refused adverts: ${reasons.map(([why, n]) => `${n} ${why}`).join(', ')}` +
            (from.length === 0 ? '' : `, from ${from.join(', ')}`),
        ]),
    ...others.map(
      ({ address, reason }) =>
        `  VRID ${virtualRouterId} on ${interfaceName} is used by ${address} as well, otherwise than by ${name} (${reason})`,
    ),
  ];
};

const bfdLines = (sessions: DaemonStatus['bfdSessions']): string[] =>
  grid(
    [{ title: 'BFD session' }, { title: 'State' }, { title: 'Neighbor' }, { title: 'Why' }],
    sessions.map(({ name, state, neighbor, diagnostic }) => [name, state, neighbor, diagnostic]),
  );

const serviceLines = ({
  service,
  quorum,
  panic,
  sorryServer,
  realServers,
  leaving = [],
}: DaemonStatus['services'][number]): string[] => [
  [
    service,
    quorum === 'up' ? 'quorum' : 'NO QUORUM',
    ...(panic ? [sorryServer?.inUse ? 'PANIC' : 'PANIC: failed checks take nobody out'] : []),
    ...(sorryServer === undefined ? [] : [`sorry server ${sorryServer.server}${sorryServer.inUse ? ' IN USE' : ''}`]),
  ].join('  '),
  ...grid(
    [{ title: 'Real server' }, { title: 'State' }, { title: 'Weight', right: true }, { title: 'Why' }],
    [
      ...realServers.map(({ server, alive, weight, growing, condition, checks }) => [
        server,
        [alive ? 'up' : 'DOWN', ...(condition === undefined ? [] : [condition])].join(', '),
        growing === undefined ? String(weight) : `${growing} of ${weight}`,
        checks
          .flatMap(({ kind, lastFailure }) => (lastFailure === undefined ? [] : [`${kind}: ${lastFailure}`]))
          .join('; '),
      ]),
      ...leaving.map(({ server, left }) => [server, 'leaves', '0', `no longer written; ${left} s at most`]),
    ],
  ).map((line) => `  ${line}`),
];
