// What an instance's configuration means for the machine and on the wire.
import type { VrrpInstance, VrrpScript } from '@vipward/config';
import { type Advert, AUTH_NONE, AUTH_SIMPLE, passwordBytes } from '../advert/advert.ts';
import type { Expectation } from '../advert/receive.ts';
import type { MachineConfig, Tracked } from '../machine/model.ts';

/** The address count is one byte (RFC 3768 section 5.3.5): further addresses are set, but not advertised. */
const MAX_ADVERTISED = 255;

export const interfaceKey = (name: string): string => `interface ${name}`;
export const scriptKey = (name: string): string => `script ${name}`;

export const machineConfig = (instance: VrrpInstance, scripts: readonly VrrpScript[]): MachineConfig => ({
  name: instance.name,
  state: instance.state,
  priority: instance.priority,
  // VRRPv2 has whole seconds; keepalived rounds, and two directors must agree.
  advertInterval: intervalSeconds(instance) * 1000,
  nopreempt: instance.nopreempt,
  preemptDelay: instance.preemptDelay,
  garpMasterDelay: instance.garpMasterDelay,
  garpMasterRepeat: instance.garpMasterRepeat,
  virtualAddresses: instance.virtualAddresses,
  tracked: tracked(instance, scripts),
});

/** Everything about the adverts of this instance but the priority: what it sends, and what it expects. */
export const wireSettings = (instance: VrrpInstance): Expectation & Omit<Advert, 'priority'> => ({
  vrid: instance.virtualRouterId,
  authType: instance.authentication ? AUTH_SIMPLE : AUTH_NONE,
  authData: passwordBytes(instance.authentication?.pass ?? ''),
  intervalSeconds: intervalSeconds(instance),
  addresses: instance.virtualAddresses
    .map(({ address }) => address)
    .filter(({ family }) => family === 4)
    .slice(0, MAX_ADVERTISED),
  unicastPeers: instance.unicastPeers,
});

/** Settings that make it another virtual router: such an instance is stopped and started, not changed. */
export const identity = (instance: VrrpInstance): string =>
  `${instance.interfaceName} ${instance.virtualRouterId} ${instance.unicastPeers.length > 0}`;

const intervalSeconds = ({ advertInterval }: VrrpInstance): number =>
  Math.min(255, Math.max(1, Math.round(advertInterval / 1000)));

const tracked = (instance: VrrpInstance, scripts: readonly VrrpScript[]): readonly Tracked[] => [
  // The own interface is implied, whatever track_interface says about it.
  { key: interfaceKey(instance.interfaceName), weight: 0, reverse: false },
  ...instance.trackInterfaces
    .filter(({ name }) => name !== instance.interfaceName)
    .map(({ name, weight = 0, reverse = false }) => ({ key: interfaceKey(name), weight, reverse })),
  ...instance.trackScripts.map(({ name, weight, reverse }) => {
    const script = scripts.find((candidate) => candidate.name === name);
    return {
      key: scriptKey(name),
      weight: weight ?? script?.weight ?? 0,
      reverse: reverse ?? script?.reverse ?? false,
    };
  }),
];
