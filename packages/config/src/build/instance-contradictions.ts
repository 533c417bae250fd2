// vrrp_instance: keywords that do not go together.
import { ipEqual, parseIp } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import { locationOf } from '../source/words.ts';
import type { LineContext } from './address-line.ts';
import type { Essentials } from './instance-details.ts';
import { at, find, findAll, has, linesOf, valueIn } from './values.ts';

const OWNER = 255;

const UNICAST = ['unicast_ttl', 'check_unicast_src', 'old_unicast_checksum'] as const;
const NEEDS_VMAC = ['vmac_xmit_base', 'use_vmac_addr'] as const;

/** Reports keywords of an instance that have no effect beside others, or contradict them; what counts is settled elsewhere. */
export const reportContradictions = (
  statement: Statement,
  block: Block,
  strict: boolean,
  { priority, version, spoken }: Essentials,
  { report }: LineContext,
): void => {
  const unicast = linesOf(block, 'unicast_peer').length > 0;
  for (const name of UNICAST)
    for (const found of unicast ? [] : findAll(block, name))
      report('warning', 'unicast-without-peers', `${name} has no effect without unicast_peer`, at(found));
  const source = find(block, 'unicast_src_ip');
  if (source !== undefined && !unicast && !has(block, 'unicast_fault_no_peer'))
    report(
      'warning',
      'unicast-without-peers',
      'unicast_src_ip without unicast_peer: adverts are multicast',
      at(source),
      {
        hint: 'write the other directors in unicast_peer { }',
      },
    );
  const self = valueIn(source, 'ip')?.address;
  for (const [peer] of self === undefined ? [] : linesOf(block, 'unicast_peer')) {
    const address = peer && parseIp(peer.text.split('/')[0] ?? '');
    if (
      peer !== undefined &&
      source !== undefined &&
      address !== undefined &&
      self !== undefined &&
      ipEqual(address, self)
    )
      report('note', 'peer-is-self', `${peer.text} is the address of this director itself`, locationOf(peer), {
        related: [{ at: at(source), message: 'unicast_src_ip is here' }],
        hint: 'name only the other directors in unicast_peer',
      });
  }
  const native = find(block, 'native_ipv6');
  if (native !== undefined && spoken?.family === 4)
    report('error', 'mixed-families', 'native_ipv6 does not go with IPv4 addresses', at(native), {
      related: [{ at: spoken.at, message: 'the first address of the instance is here' }],
      hint: 'remove it: the addresses say their family themselves',
    });
  const multicast = find(block, 'mcast_dst_ip');
  if (multicast !== undefined && unicast)
    report('warning', 'not-with-unicast', 'mcast_dst_ip has no effect with unicast_peer', at(multicast));
  for (const name of NEEDS_VMAC)
    for (const found of has(block, 'use_vmac') ? [] : findAll(block, name))
      report('warning', 'needs-vmac', `${name} has no effect without use_vmac`, at(found));
  const own = find(block, 'owner_ignore_adverts');
  if (own !== undefined && priority !== OWNER)
    report('note', 'timer-without-effect', 'owner_ignore_adverts is for priority 255 only', at(own));
  const first = linesOf(block, 'virtual_ipaddress')[0]?.[0];
  const checksum = find(block, 'v3_checksum_as_v2');
  if (checksum !== undefined && version === 2)
    report('note', 'timer-without-effect', 'v3_checksum_as_v2 has no effect on VRRP version 2', at(checksum));
  if (!strict) return;
  for (const [name, found] of [
    ['authentication', findAll(block, 'authentication')[0]],
    ['unicast_peer', findAll(block, 'unicast_peer')[0]],
  ] as const)
    if (found !== undefined)
      report('warning', 'not-with-strict', `strict mode does not allow ${name}`, at(found), {
        hint: 'RFC 9568 knows neither authentication nor unicast; remove it, or write strict_mode off',
      });
  if (first === undefined)
    report('warning', 'not-with-strict', 'strict mode needs a virtual IP address', at(statement));
};
