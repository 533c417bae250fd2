// Which parts there are for a configuration, and what they show.
import type { GlobalDefs } from '@vipward/config';
import type { Oid } from '../agentx/oid.ts';
import type { ManagedObject } from '../view/object.ts';
import { checkObjects } from './check.ts';
import { globalObjects } from './global.ts';
import { checkPart, globalPart, vrrpMib, vrrpPart, vrrpv3Mib } from './names.ts';
import { rfc2787Objects } from './rfc2787.ts';
import { rfc6527Objects } from './rfc6527.ts';
import type { Snapshot } from './snapshot.ts';
import { vrrpObjects } from './vrrp.ts';

export interface Part {
  readonly subtree: Oid;
  readonly description: string;
  readonly objects: (snapshot: Snapshot) => readonly ManagedObject[];
}

/** Nothing but traps is no reason to speak SNMP: keepalived wants a part to be switched on as well. */
export const partsFor = (global: GlobalDefs): readonly Part[] => {
  const keepalived: readonly Part[] = [
    ...(global.enableSnmpVrrp ? [vrrp] : []),
    ...(global.enableSnmpChecker ? [check] : []),
  ];
  return [
    ...(keepalived.length === 0 ? [] : [general, ...keepalived]),
    ...(global.enableSnmpRfc || global.enableSnmpRfcv2 ? [version2] : []),
    ...(global.enableSnmpRfc || global.enableSnmpRfcv3 ? [version3] : []),
  ];
};

const general: Part = {
  subtree: globalPart,
  description: 'KEEPALIVED-MIB, global part',
  objects: globalObjects,
};
const vrrp: Part = { subtree: vrrpPart, description: 'KEEPALIVED-MIB, VRRP part', objects: vrrpObjects };
const check: Part = { subtree: checkPart, description: 'KEEPALIVED-MIB, check part', objects: checkObjects };
const version2: Part = { subtree: vrrpMib, description: 'VRRP-MIB (RFC 2787)', objects: rfc2787Objects };
const version3: Part = { subtree: vrrpv3Mib, description: 'VRRPV3-MIB (RFC 6527)', objects: rfc6527Objects };
