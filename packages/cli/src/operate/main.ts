// `vipward drain`, `undrain`, `maintenance`: asks the daemon and says what became of it.
import {
  type Asked,
  askOrder,
  askStatus,
  type Order,
  type OrderAction,
  type OrderDone,
  type Ordered,
} from '@vipward/daemon/control';
import { type NameOptions, readNames } from './names.ts';
import { placesOf } from './places.ts';

export interface OperateEdges {
  readonly ask: (path: string, order: Order) => Promise<Ordered>;
  readonly status: (path: string) => Promise<Asked>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const systemEdges: OperateEdges = {
  ask: (path, order) => askOrder(path, order),
  status: (path) => askStatus(path),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

export interface OperateOptions extends NameOptions {
  readonly socket: string;
  readonly json?: boolean;
}

/** Returns 0 when it is so now, 1 without an answer, 2 for names that are none, 3 without a daemon, 4 for what it does not have. */
export const main = async (
  verb: 'drain' | 'undrain' | 'maintenance',
  words: readonly string[],
  options: OperateOptions,
  { ask, status, out, error }: OperateEdges = systemEdges,
): Promise<number> => {
  const { action, rest } = actionOf(verb, words);
  const names = readNames(rest, options);
  if (typeof names === 'string') {
    error(`vipward ${verb}: ${names}\n`);
    return 2;
  }
  const failed = (answer: Exclude<Ordered, { readonly kind: 'done' }>): number => {
    if (answer.kind === 'absent') {
      error(
        `vipward: no daemon listens at ${options.socket}; name its socket with --socket if its pid file is another one\n`,
      );
      return 3;
    }
    error(`vipward${answer.kind === 'refused' ? ` ${verb}` : ''}: ${answer.message}\n`);
    return answer.kind === 'refused' ? 4 : 1;
  };
  const { service, server } = names;
  if (service !== undefined) {
    const ordered = await ask(options.socket, { action, service, server });
    if (ordered.kind !== 'done') return failed(ordered);
    out(options.json ? json(shown(ordered.done)) : said(ordered.done));
    return 0;
  }
  const asked = await status(options.socket);
  if (asked.kind !== 'status') return failed(asked);
  const orders = placesOf(asked.status, server).map((place) => ({ action, ...place }));
  if (orders.length === 0) return failed({ kind: 'refused', message: `no virtual server has a real server ${server}` });
  const done: OrderDone[] = [];
  for (const order of orders) {
    const ordered = await ask(options.socket, order);
    // Those before it are as was said; the same command again does the rest.
    if (ordered.kind !== 'done') return failed(ordered);
    done.push(ordered.done);
    if (!options.json) out(said(ordered.done));
  }
  if (options.json) out(json(done.map(shown)));
  return 0;
};

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const shown = ({ service, server, condition, changed, notes }: OrderDone) => ({
  service,
  server,
  condition,
  changed,
  notes,
});

const said = ({ service, server, condition, changed, notes }: OrderDone): string =>
  [
    `${server} of ${service}: ${condition === '' ? 'in service' : condition}${changed ? '' : ', as before'}\n`,
    ...notes.map((note) => `  ${note}\n`),
  ].join('');

const actionOf = (
  verb: 'drain' | 'undrain' | 'maintenance',
  words: readonly string[],
): { readonly action: OrderAction; readonly rest: readonly string[] } => {
  if (verb !== 'maintenance') return { action: verb, rest: words };
  const [first, ...rest] = words;
  if (first === 'off') return { action: 'maintenance-off', rest };
  return { action: 'maintenance-on', rest: first === 'on' ? rest : words };
};
