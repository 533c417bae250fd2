// Which field of the typed configuration a keyword becomes, and from which keyword above it is taken when it is not written.

import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import { ownProperty } from '../own-property.ts';

/** Keywords whose field is not just the keyword with capitals for underscores. */
const NAMES: Readonly<Record<string, string>> = {
  interface: 'interfaceName',
  advert_int: 'advertInterval',
  unicast_src_ip: 'unicastSourceIp',
  mcast_src_ip: 'multicastSourceIp',
  mcast_dst_ip: 'multicastDestinationIp',
  source_ip: 'source',
  neighbor_ip: 'neighbor',
  lvs_sched: 'scheduler',
  lvs_method: 'forwarding',
  ops: 'onePacket',
  uthreshold: 'upperThreshold',
  lthreshold: 'lowerThreshold',
  virtualhost: 'virtualHost',
  bindto: 'bindTo',
  misc_timeout: 'timeout',
  misc_dynamic: 'dynamic',
  enable_sni: 'sni',
};

export const fieldOf = (object: object, keyword: string): unknown => {
  const name =
    ownProperty(NAMES, keyword) ?? keyword.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.getOwnPropertyDescriptor(object, name)?.value;
};

/** What real servers and checkers take from the block around them; instances take `vrrp_...` of global_defs. */
const FROM_ABOVE: ReadonlySet<string> = new Set([
  'delay_loop',
  'connect_timeout',
  'retry',
  'delay_before_retry',
  'warmup',
  'slow_start',
  'alpha',
  'virtualhost',
  'weight',
  'inhibit_on_failure',
  'lvs_method',
]);

/** The statement whose value an unwritten keyword has; `outer` are the blocks around its block, the nearest first. */
export const inheritedFrom = (keyword: string, path: string, outer: readonly Block[]): Statement | undefined => {
  if (path === 'vrrp_instance') return inGlobal(keyword, outer);
  if (keyword === 'misc_timeout')
    return latest(
      'delay_loop',
      outer.find((block) => block.path === 'virtual_server'),
    );
  if (path === 'virtual_server' || !path.startsWith('virtual_server.')) return undefined;
  if (keyword === 'connect_ip' || keyword === 'connect_port') return realServerAround(outer);
  if (!FROM_ABOVE.has(keyword)) return undefined;
  for (const block of outer) {
    const found = block.path === '' ? undefined : latest(keyword, block);
    if (found !== undefined) return found;
  }
  // A check's first delay is at most its period.
  return keyword === 'warmup' ? inheritedFrom('delay_loop', path, outer) : undefined;
};

const latest = (keyword: string, block: Block | undefined): Statement | undefined =>
  block?.statements.findLast((one) => nameOf(one) === keyword && one.value !== undefined);

const inGlobal = (keyword: string, outer: readonly Block[]): Statement | undefined => {
  const global = outer.at(-1)?.statements.find(({ row }) => row.name === 'global_defs');
  return global?.body?.kind === 'keywords' ? latest(`vrrp_${keyword}`, global.body.block) : undefined;
};

// The address probed is that of the real server, whose line stands in the virtual server around it.
const realServerAround = (outer: readonly Block[]): Statement | undefined => {
  const at = outer.findIndex((block) => block.path === 'virtual_server.real_server');
  const inside = outer[at];
  return outer[at + 1]?.statements.find(({ body }) => body?.kind === 'keywords' && body.block === inside);
};
