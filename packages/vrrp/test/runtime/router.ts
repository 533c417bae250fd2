// A director with nothing but VRRP, for tests in a namespace: instances (and the members of a sync group G1) as JSON on
// the command line, orders on standard input.
import { createInterface } from 'node:readline';
import type { VirtualAddress, VrrpInstance, VrrpSyncGroup } from '@vipward/config';
import { parseIp } from '@vipward/config/address';
import { openRouteKernel } from '@vipward/netlink';
import { systemClock } from '@vipward/sockets';
import { startVrrp, VrrpError } from '../../src/index.ts';

/** An instance as a test writes it: addresses as text. */
export interface Plan
  extends Omit<
    Partial<VrrpInstance>,
    'virtualAddresses' | 'unicastPeers' | 'unicastSourceIp' | 'multicastSourceIp' | 'excludedAddresses'
  > {
  readonly vips: readonly (string | { readonly address: string; readonly label?: string; readonly dev?: string })[];
  readonly peers?: readonly string[];
  readonly sourceIp?: string;
  /** mcast_src_ip */
  readonly mcastSourceIp?: string;
  /** mcast_dst_ip */
  readonly mcastGroup?: string;
  /** min_ttl and max_ttl of every peer. */
  readonly peerTtl?: { readonly minTtl: number; readonly maxTtl: number };
  /** virtual_ipaddress_excluded */
  readonly excluded?: Plan['vips'];
}

const at = { file: 'test.conf', line: 3, column: 1 };

const ip = (text: string) => {
  const address = parseIp(text);
  if (!address) throw new Error(`not an address: ${text}`);
  return address;
};

const vip = (entry: Plan['vips'][number]): VirtualAddress => {
  const { address: written, ...more } = typeof entry === 'string' ? { address: entry } : entry;
  const [address = '', length = '32'] = written.split('/');
  return { address: ip(address), prefixLength: Number(length), at, ...more };
};

const instance = ({
  vips,
  peers = [],
  peerTtl,
  sourceIp,
  mcastSourceIp,
  mcastGroup,
  excluded = [],
  ...plan
}: Plan): VrrpInstance => ({
  name: 'VI_1',
  state: 'BACKUP',
  interfaceName: 'eth0',
  virtualRouterId: 51,
  priority: 100,
  advertInterval: 1000,
  nopreempt: false,
  preemptDelay: 0,
  garpMasterDelay: 5000,
  garpMasterRepeat: 5,
  virtualAddresses: vips.map(vip),
  trackInterfaces: [],
  trackScripts: [],
  unicastPeers: peers.map((peer) => ({ address: ip(peer), ...peerTtl })),
  at,
  ...(sourceIp === undefined ? {} : { unicastSourceIp: ip(sourceIp) }),
  ...(mcastSourceIp === undefined ? {} : { multicastSourceIp: ip(mcastSourceIp) }),
  ...(mcastGroup === undefined ? {} : { multicastDestinationIp: ip(mcastGroup) }),
  excludedAddresses: excluded.map(vip),
  ...plan,
});

/** `TIME event ...`, TIME on the clock that all processes of a boot share, ms. */
const say = (...words: readonly string[]): void => console.log(systemClock.now().toFixed(3), ...words);

/** One group G1 of these instances; none when there are none. */
const groupsOf = (members: readonly string[]): readonly VrrpSyncGroup[] => {
  const nothing = { trackInterfaces: [], trackScripts: [], trackFiles: [], trackProcesses: [], trackBfds: [] };
  return members.length === 0 ? [] : [{ name: 'G1', members, ...nothing, trackingWeight: false, at }];
};

const main = async ([plans = '[]', stateFile = '', members = '']: readonly string[]): Promise<void> => {
  const kernel = openRouteKernel();
  let writes = 0;
  const counting = {
    links: () => kernel.links(),
    addresses: () => kernel.addresses(),
    neighbours: () => kernel.neighbours(),
    routes: (protocol?: number) => kernel.routes(protocol),
    rules: () => kernel.rules(),
    apply: (changes: Parameters<typeof kernel.apply>[0]) => {
      writes += changes.length;
      return kernel.apply(changes);
    },
    watchRouting: kernel.watchRouting.bind(kernel),
    watch: kernel.watch.bind(kernel),
    close: () => kernel.close(),
    addAddress: (address: Parameters<typeof kernel.addAddress>[0]) => {
      writes++;
      return kernel.addAddress(address);
    },
    deleteAddress: (address: Parameters<typeof kernel.deleteAddress>[0]) => {
      writes++;
      return kernel.deleteAddress(address);
    },
  };
  const log = (level: string) => (text: string) => say('log', level, text);
  const vrrp = await startVrrp({
    instances: JSON.parse(plans).map(instance),
    groups: groupsOf(members.split(' ').filter((name) => name !== '')),
    routeKernel: counting,
    clock: systemClock,
    log: { error: log('error'), warning: log('warning'), info: log('info'), detail: log('detail') },
    onEvent: ({ name, state, priority, resumed }) =>
      say('notify', name, state, String(priority), ...(resumed ? ['resumed'] : [])),
    ...(stateFile === '' ? {} : { stateFile }),
  });
  say('started');
  const stop = async (): Promise<void> => {
    await vrrp.stop();
    kernel.close();
    say('stopped', 'writes', String(writes));
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [order, rest = ''] = line.split(/ (.*)/);
    if (order === 'reload')
      vrrp.reload(JSON.parse(rest).map(instance)).then(
        () => say('reloaded', 'writes', String(writes)),
        (error) => say('refused', error.code ?? '', error.message),
      );
    if (order === 'states') say('states', JSON.stringify(vrrp.states()));
    if (order === 'writes') say('writes', String(writes));
    if (order === 'stall') {
      // A process that is held up: the event loop stands still.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(rest));
      say('stalled');
    }
  });
};

if (process.argv[1]?.endsWith('router.ts'))
  main(process.argv.slice(2)).catch((error) => {
    say('failed', error instanceof VrrpError ? error.code : '', String(error.message ?? error));
    process.exit(1);
  });
