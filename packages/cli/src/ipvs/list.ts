// `vipward ipvs list`: reads the kernel, asks the daemon when one runs, writes once or again and again.
import type { Asked } from '@vipward/daemon/control';
import type { IpvsKernel } from '@vipward/netlink';
import { jsonText } from './json.ts';
import { listText, plainPaint } from './text.ts';
import { type ServiceView, viewOf } from './view.ts';
import { type Screen, watchScreen } from './watch.ts';

export interface ListOptions {
  readonly json?: boolean;
  readonly wide?: boolean;
  readonly watch?: boolean;
}

export interface ListEdges {
  readonly kernel: Pick<IpvsKernel, 'table'>;
  readonly ask: () => Promise<Asked>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly screen: Screen;
}

/** Resolves with the exit status, with --watch when the screen ends. */
export const runList = async (options: ListOptions, edges: ListEdges): Promise<number> => {
  const { screen } = edges;
  if (options.watch !== true) {
    const { services, note } = await look(edges);
    if (note !== undefined) edges.error(`${note}\n`);
    edges.out(options.json === true ? jsonOf(services) : textOf(services, options, screen));
    return 0;
  }
  await watchScreen(screen, async () => {
    const { services, note } = await look(edges);
    if (options.json === true) return `${jsonText({ services })}\n`;
    return `${note === undefined ? '' : `${note}\n`}${textOf(services, options, screen)}`;
  });
  return 0;
};

const look = async ({ kernel, ask }: ListEdges): Promise<{ services: readonly ServiceView[]; note?: string }> => {
  const [table, asked] = await Promise.all([kernel.table(), ask()]);
  if (asked.kind === 'absent') return { services: viewOf(table) };
  if (asked.kind === 'failed') return { services: viewOf(table), note: `without health: ${asked.message}` };
  const services = viewOf(table, asked.status.services);
  const silent = asked.status.silent.includes('checker');
  return silent ? { services, note: 'without health: the checker worker does not answer' } : { services };
};

const jsonOf = (services: readonly ServiceView[]): string => `${jsonText({ services }, 2)}\n`;

const textOf = (services: readonly ServiceView[], { wide = false }: ListOptions, screen: Screen): string =>
  listText(services, { wide, paint: screen.paint ?? plainPaint })
    .map((line) => `${line}\n`)
    .join('');
