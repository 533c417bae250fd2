// Which tunnel options go with which tunnel type.
import type { Tunnel } from '@vipward/netlink';
import type { Draft, TunnelType } from './draft.ts';
import { type Refusal, refuse } from './refusal.ts';

const details = ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'] as const;
type Detail = (typeof details)[number];

const allowed: Readonly<Record<TunnelType, readonly Detail[]>> = {
  ipip: [],
  gue: ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'],
  gre: ['tun-nocsum', 'tun-csum'],
};

/** The refusal of tunnel options that don't fit; undefined when all is well. One pass: the first offender is named. */
export const checkTunnelOptions = ({ given, forwarding, tunnelType }: Draft): Refusal | undefined => {
  const chosen = details.filter((option) => given.has(option));
  if (forwarding !== 'tunnel') {
    if (chosen.length === 0 && !given.has('tun-type')) return undefined;
    return refuse('Tunnel options conflict with forward method');
  }
  if (tunnelType === 'gue' && !given.has('tun-port')) {
    return refuse("You need to supply the 'tun-port' option for the 'gue' tunnel type");
  }
  let checksum: Detail | undefined;
  for (const option of chosen) {
    if (!allowed[tunnelType].includes(option)) {
      return refuse(`Illegal '${option}' option with the '${tunnelType}' tunnel type`);
    }
    if (option === 'tun-port') continue;
    if (checksum) {
      return refuse(
        `The option '${option}' conflicts with the '${checksum}' option in the '${tunnelType}' tunnel type`,
      );
    }
    checksum = option;
  }
  return undefined;
};

/** The tunnel of a draft that passed the checks. */
export const tunnelOf = ({ given, tunnelType, tunnelPort }: Draft): Tunnel => {
  switch (tunnelType) {
    case 'ipip':
      return { type: 'ipip' };
    case 'gre':
      return { type: 'gre', checksum: given.has('tun-csum') ? 'csum' : 'nocsum' };
    case 'gue': {
      const checksum = given.has('tun-remcsum') ? 'remcsum' : given.has('tun-csum') ? 'csum' : 'nocsum';
      return { type: 'gue', port: tunnelPort, checksum };
    }
  }
};
