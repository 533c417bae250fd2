// `vipward ipvs list` as text: one heading and one table a service.
import { type Column, figure, grid, percent } from './grid.ts';
import type { Rates, ServerView, ServiceView, Totals } from './view.ts';

export interface TextOptions {
  readonly wide: boolean;
  /** Emphasis of a heading, of trouble; both the identity where there is no terminal. */
  readonly paint: Paint;
}

export interface Paint {
  heading(text: string): string;
  bad(text: string): string;
}

export const plainPaint: Paint = { heading: (text) => text, bad: (text) => text };

/** Lines without line ends. */
export const listText = (services: readonly ServiceView[], { wide, paint }: TextOptions): string[] => {
  if (services.length === 0) return ['The table is empty.'];
  return services.flatMap((service, i) => [
    ...(i === 0 ? [] : ['']),
    paint.heading(headingOf(service)),
    ...serverLines(service, wide, paint),
  ]);
};

const headingOf = ({
  service,
  scheduler,
  schedulerFlags,
  persistence,
  onePacket,
  quorum,
  active,
  inactive,
  rates,
}: ServiceView): string =>
  [
    service,
    [scheduler, ...schedulerFlags].join(' '),
    ...(persistence === undefined ? [] : [`persistent ${persistence} s`]),
    ...(onePacket ? ['one-packet'] : []),
    ...(quorum === undefined ? [] : [quorum === 'up' ? 'quorum' : 'NO QUORUM']),
    `${active} active + ${inactive} inactive`,
    `${figure(rates.connections)} conn/s`,
  ].join('  ');

const serverLines = (service: ServiceView, wide: boolean, paint: Paint): string[] => {
  if (service.servers.length === 0) return [paint.bad('  no real server: connections are refused')];
  const columns = wide ? [...usual, ...more, ...last] : [...usual, ...last];
  const checked = service.servers.some(({ health }) => health !== undefined);
  const shown = checked ? columns : columns.filter(({ title }) => title !== 'Health');
  const rows = service.servers.map((server) => shown.map(({ cell }) => cell(server)));
  return grid(shown, rows).map((line, i) => {
    const state = service.servers[i - 1]?.health?.state;
    return `  ${state === 'down' ? paint.bad(line) : line}`;
  });
};

interface ServerColumn extends Column {
  readonly cell: (server: ServerView) => string;
}

const count = (title: string, of: (server: ServerView) => number): ServerColumn => ({
  title,
  right: true,
  cell: (server) => (server.inTable ? String(of(server)) : '-'),
});
const pair = (title: string, of: (server: ServerView) => readonly [number, number]): ServerColumn => ({
  title,
  right: true,
  cell: (server) => (server.inTable ? of(server).map(figure).join(' / ') : '-'),
});
// Figures show a few digits: what a number loses of a total is not seen.
const packets = ({ packetsIn, packetsOut }: Rates | Totals) => [Number(packetsIn), Number(packetsOut)] as const;
const bytes = ({ bytesIn, bytesOut }: Rates | Totals) => [Number(bytesIn), Number(bytesOut)] as const;

const usual: readonly ServerColumn[] = [
  { title: 'Real server', cell: ({ server }) => server },
  { title: 'Method', cell: ({ inTable, forwarding }) => (inTable ? (methods[forwarding] ?? forwarding) : 'out') },
  { title: 'Weight', right: true, cell: ({ weight }) => String(weight) },
  count('Active', ({ active }) => active),
  count('Inactive', ({ inactive }) => inactive),
  { title: 'Share', right: true, cell: ({ inTable, share }) => (inTable ? percent(share) : '-') },
  { title: 'Conn/s', right: true, cell: ({ inTable, rates }) => (inTable ? figure(rates.connections) : '-') },
  pair('Pkt/s in/out', ({ rates }) => packets(rates)),
  pair('Byte/s in/out', ({ rates }) => bytes(rates)),
];

const more: readonly ServerColumn[] = [
  count('Persist', ({ persistent }) => persistent),
  { title: 'Conns', right: true, cell: ({ inTable, totals }) => (inTable ? figure(Number(totals.connections)) : '-') },
  pair('Pkts in/out', ({ totals }) => packets(totals)),
  pair('Bytes in/out', ({ totals }) => bytes(totals)),
  count('Upper', ({ upperThreshold }) => upperThreshold),
  count('Lower', ({ lowerThreshold }) => lowerThreshold),
  { title: 'Tunnel', cell: ({ tunnel = '-' }) => tunnel },
];

const last: readonly ServerColumn[] = [
  {
    title: 'Health',
    cell: ({ health }) => {
      if (health === undefined) return '-';
      const { state, condition, reason } = health;
      return [[state, condition].filter(Boolean).join(', '), reason].filter(Boolean).join(': ');
    },
  },
];

const methods: Readonly<Record<string, string>> = {
  masq: 'NAT',
  route: 'DR',
  tunnel: 'TUN',
  local: 'local',
  bypass: 'bypass',
};
