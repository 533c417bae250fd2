// A director with nothing but VRRP that takes a keepalived.conf, for tests in a namespace: the file and a state file on the
// command line, orders on standard input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describeChange, type NetlinkRouteKernel, openRouteKernel, type RouteChange } from '@vipward/netlink';
import { systemClock } from '@vipward/sockets';
import { ownedSettings, startVrrp } from '../../src/index.ts';
import { configOf } from '../owned/lines.ts';

/** `TIME event ...`, TIME on the clock that all processes of a boot share, ms. */
const say = (...words: readonly string[]): void => console.log(systemClock.now().toFixed(3), ...words);

const counted = (kernel: NetlinkRouteKernel, count: (changes: readonly RouteChange[]) => void) => ({
  links: () => kernel.links(),
  addresses: () => kernel.addresses(),
  neighbours: () => kernel.neighbours(),
  routes: (protocol?: number) => kernel.routes(protocol),
  rules: () => kernel.rules(),
  watch: kernel.watch.bind(kernel),
  watchRouting: kernel.watchRouting.bind(kernel),
  close: () => kernel.close(),
  apply: (changes: Parameters<typeof kernel.apply>[0]) => {
    count(changes);
    return kernel.apply(changes);
  },
  addAddress: (address: Parameters<typeof kernel.addAddress>[0]) => {
    count([{ kind: 'add-address', address }]);
    return kernel.addAddress(address);
  },
  deleteAddress: (address: Parameters<typeof kernel.deleteAddress>[0]) => {
    count([{ kind: 'delete-address', address }]);
    return kernel.deleteAddress(address);
  },
});

const main = async ([file = '', stateFile = '']: readonly string[]): Promise<void> => {
  const kernel = openRouteKernel();
  let writes = 0;
  const read = () => configOf(readFileSync(file, 'utf8'));
  const log = (level: string) => (text: string) => say('log', level, text);
  const config = read();
  const vrrp = await startVrrp({
    instances: config.vrrpInstances,
    groups: config.syncGroups ?? [],
    owned: ownedSettings(config),
    wires: config.global,
    routeKernel: counted(kernel, (changes) => {
      writes += changes.length;
      for (const change of changes) say('write', describeChange(change));
    }),
    clock: systemClock,
    log: { error: log('error'), warning: log('warning'), info: log('info'), detail: log('detail') },
    onEvent: ({ name, state, resumed }) => say('notify', name, state, ...(resumed ? ['resumed'] : [])),
    ...(stateFile === '' ? {} : { stateFile }),
  });
  say('started');
  process.on('SIGTERM', () => {
    void vrrp.stop().then(() => {
      kernel.close();
      say('stopped', 'writes', String(writes));
      process.exit(0);
    });
  });
  createInterface({ input: process.stdin }).on('line', (order) => {
    if (order === 'writes') say('writes', String(writes));
    if (order !== 'reload') return;
    const next = read();
    vrrp.reload(next.vrrpInstances, [], next.syncGroups ?? [], {}, ownedSettings(next), next.global).then(
      () => say('reloaded', 'writes', String(writes)),
      (error) => say('refused', error.message),
    );
  });
};

main(process.argv.slice(2)).catch((error) => {
  say('failed', String(error.message ?? error));
  process.exit(1);
});
