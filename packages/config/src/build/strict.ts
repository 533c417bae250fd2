// strict_mode and vrrp_strict: what keepalived 2.2.7 changes in an instance that must follow the RFC, each change said.
import type { Block } from '../blocks/block.ts';
import type { VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, bool, find } from './values.ts';

const OWNER = 255;
const DOWN_ADVERTS = 3;

/** The instance as strict mode lets it run; unchanged when it is off. */
export const applyStrict = (block: Block, instance: VrrpInstance, report: Report): VrrpInstance => {
  if (instance.strict !== true) return instance;
  for (const [name, forbidden, message] of forbiddenIn(block, instance)) {
    const statement = find(block, name);
    if (forbidden && statement !== undefined)
      report('warning', 'not-with-strict', message, at(statement), {
        hint: `remove ${name}, or write strict_mode off`,
      });
  }
  const [first] = instance.virtualAddresses;
  if (first?.address.family === 6 && !isLinkLocal(first.address.bytes))
    report('warning', 'not-with-strict', 'strict mode wants a link-local address first', first.at, {
      hint: 'RFC 9568 section 5.2.9: the first IPv6 address is the link-local one of the virtual router',
    });
  const { authentication: _, ...open } = instance;
  return {
    ...open,
    state: instance.priority === OWNER ? 'MASTER' : 'BACKUP',
    preemptDelay: 0,
    garpLowerPrioDelay: 0,
    garpLowerPrioRepeat: 0,
    lowerPrioNoAdvert: true,
    higherPrioSendAdvert: false,
    downTimerAdverts: DOWN_ADVERTS,
    accept: instance.accept === true && !acceptsInVersion2(instance),
    vmacXmitBase: false,
    ...(instance.authHmac === undefined ? {} : { authHmac: { ...instance.authHmac, mode: 'enforce' } }),
  };
};

const forbiddenIn = (block: Block, instance: VrrpInstance): readonly (readonly [string, boolean, string])[] => [
  [
    'state',
    (instance.state === 'MASTER') !== (instance.priority === OWNER),
    'strict mode wants state MASTER for priority 255 and for no other',
  ],
  ['preempt_delay', instance.preemptDelay > 0, 'strict mode does not know preempt_delay; it is cleared'],
  [
    'garp_lower_prio_repeat',
    (instance.garpLowerPrioRepeat ?? 0) > 0,
    'strict mode announces nothing after an advert of lower priority',
  ],
  [
    'garp_lower_prio_delay',
    (instance.garpLowerPrioDelay ?? 0) > 0,
    'strict mode announces nothing after an advert of lower priority',
  ],
  [
    'lower_prio_no_advert',
    bool(block, 'lower_prio_no_advert') === false,
    'strict mode does not answer an advert of lower priority',
  ],
  [
    'higher_prio_send_advert',
    bool(block, 'higher_prio_send_advert') === true,
    'strict mode does not answer an advert of higher priority',
  ],
  ['down_timer_adverts', true, 'strict mode waits for three adverts'],
  ['accept', acceptsInVersion2(instance), 'VRRP version 2 has no accept mode; it is cleared'],
  ['vmac_xmit_base', true, 'strict mode sends from the virtual MAC address'],
  [
    'auth_hmac',
    instance.authHmac !== undefined && instance.authHmac.mode !== 'enforce',
    'strict mode takes mode enforce for auth_hmac',
  ],
];

/** fe80::/10 */
const isLinkLocal = ([first = 0, second = 0]: Uint8Array): boolean => first === 0xfe && (second & 0xc0) === 0x80;

// RFC 3768 section 6.4.3: only the owner takes packets for the addresses.
const acceptsInVersion2 = ({ accept, version, priority }: VrrpInstance): boolean =>
  accept === true && version === 2 && priority !== OWNER;
