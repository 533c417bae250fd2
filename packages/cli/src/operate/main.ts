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
import { coded } from '../coded.ts';
import { unanswered } from '../unanswered.ts';
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
    error(coded('COMMAND_USAGE', `vipward ${verb}: ${names}`));
    return 2;
  }
  const failed = (answer: Exclude<Ordered, { readonly kind: 'done' }>): number => {
    if (answer.kind === 'refused') {
      error(`vipward ${verb}: ${answer.message} [${answer.code}]\n`);
      return 4;
    }
    const { text, status } = unanswered(options.socket, answer);
    error(text);
    return status;
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
  if (orders.length === 0) {
    const message = `no virtual server has a real server ${server}; \`vipward status\` lists those that there are`;
    return failed({ kind: 'refused', code: 'ORDER_UNKNOWN_SERVER', message });
  }
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
