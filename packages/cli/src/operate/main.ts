// `vipward drain`, `undrain`, `maintenance`: asks the daemon and says what became of it.
import { askOrder, type Order, type OrderAction, type Ordered } from '@vipward/daemon/control';
import { type NameOptions, readNames } from './names.ts';

export interface OperateEdges {
  readonly ask: (path: string, order: Order) => Promise<Ordered>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const systemEdges: OperateEdges = {
  ask: (path, order) => askOrder(path, order),
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
  { ask, out, error }: OperateEdges = systemEdges,
): Promise<number> => {
  const { action, rest } = actionOf(verb, words);
  const names = readNames(rest, options);
  if (typeof names === 'string') {
    error(`vipward ${verb}: ${names}\n`);
    return 2;
  }
  const ordered = await ask(options.socket, { action, ...names });
  switch (ordered.kind) {
    case 'absent':
      error(
        `vipward: no daemon listens at ${options.socket}; name its socket with --socket if its pid file is another one\n`,
      );
      return 3;
    case 'failed':
      error(`vipward: ${ordered.message}\n`);
      return 1;
    case 'refused':
      error(`vipward ${verb}: ${ordered.message}\n`);
      return 4;
    case 'done': {
      const { service, server, condition, changed, notes } = ordered.done;
      if (options.json) {
        out(`${JSON.stringify({ service, server, condition, changed, notes }, undefined, 2)}\n`);
        return 0;
      }
      out(`${server} of ${service}: ${condition === '' ? 'in service' : condition}${changed ? '' : ', as before'}\n`);
      for (const note of notes) out(`  ${note}\n`);
      return 0;
    }
  }
};

const actionOf = (
  verb: 'drain' | 'undrain' | 'maintenance',
  words: readonly string[],
): { readonly action: OrderAction; readonly rest: readonly string[] } => {
  if (verb !== 'maintenance') return { action: verb, rest: words };
  const [first, ...rest] = words;
  if (first === 'off') return { action: 'maintenance-off', rest };
  return { action: 'maintenance-on', rest: first === 'on' ? rest : words };
};
