// Interfaces that a configuration names and the host does not have, or that cannot carry VRRP.
import { formatIp } from '../address.ts';
import type { DiagnosticCode } from '../diagnose/codes.ts';
import type { Config, SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';
import type { HostInterface } from './host.ts';
import { interfacePlace } from './interface-places.ts';

type Interfaces = ReadonlyMap<string, HostInterface>;

/**
 * Says nothing with dynamic_interfaces, where they may come later; as keepalived. False when one is missing that VRRP cannot
 * begin without.
 */
export const checkInterfaces = (config: Config, interfaces: Interfaces, report: Report): boolean => {
  if (config.global.dynamicInterfaces !== undefined) return true;
  let complete = true;
  const known = withOwn(config, interfaces);
  for (const { name, at, what, code = 'env-interface-missing' } of usesOf(config)) {
    if (name === undefined || name === '' || known.has(name)) continue;
    report('error', code, `the interface ${name} of ${what} does not exist`, at, { hint: hintFor(name, interfaces) });
    if (code === 'env-interface-missing') complete = false;
  }
  checkAbility(config, interfaces, report);
  return checkDefault(config, interfaces, report) && complete;
};

// Those that the instances make themselves.
const withOwn = ({ vrrpInstances }: Config, interfaces: Interfaces): ReadonlySet<string> =>
  new Set([
    ...interfaces.keys(),
    ...vrrpInstances.flatMap(({ vmac, ipvlan, virtualRouterId }) => [
      ...(vmac === undefined ? [] : [vmac.name ?? `vrrp.${virtualRouterId}`]),
      ...(ipvlan === undefined ? [] : [ipvlan.name ?? `vrrp.${virtualRouterId}`]),
    ]),
  ]);

const MOST_NAMES = 8;

const hintFor = (name: string, interfaces: Interfaces): string => {
  const names = [...interfaces.keys()];
  const other = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (other !== undefined) return `did you mean ${other}? Upper and lower case matter`;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `this host has ${shown}${more}; if it comes later, write dynamic_interfaces in global_defs`;
};

interface Use {
  readonly name: string | undefined;
  readonly at: SourceLocation;
  readonly what: string;
  readonly code?: DiagnosticCode;
}

const usesOf = (config: Config): readonly Use[] => [
  ...config.vrrpInstances.flatMap((instance): readonly Use[] => [
    ownUse(instance.interfaceName, instance, `vrrp_instance ${instance.name}`),
    ...[...instance.virtualAddresses, ...(instance.excludedAddresses ?? [])].map((line) =>
      ownUse(line.dev, line, `the address ${formatIp(line.address)}`),
    ),
    // The own interface is named above already.
    ...instance.trackInterfaces
      .filter(({ name }) => name !== instance.interfaceName)
      .map(({ name, at }) => ({ name, at, what: 'track_interface' })),
    ...(instance.virtualRoutes ?? []).map((line) => ownUse(line.dev, line, 'this route')),
    ...(instance.virtualRules ?? []).map((line) => ownUse(line.iif ?? line.oif, line, 'this rule')),
  ]),
  ...(config.syncGroups ?? []).flatMap(({ trackInterfaces }) =>
    trackInterfaces.map(({ name, at }) => ({ name, at, what: 'track_interface' })),
  ),
  ...(config.staticAddresses ?? []).map((line) => ownUse(line.dev, line, `the address ${formatIp(line.address)}`)),
  ...(config.staticRoutes ?? []).map((line) => ownUse(line.dev, line, 'this route')),
  ...(config.staticRules ?? []).map((line) => ownUse(line.iif ?? line.oif, line, 'this rule')),
  ...(config.process?.linkbeatInterfaces ?? []).map((line) => watched(line, 'linkbeat_interfaces')),
  ...(config.process?.interfaceDelays ?? []).map((line) => watched(line, 'interface_up_down_delays')),
];

const NOWHERE: SourceLocation = { file: '', line: 1, column: 1 };

const ownUse = (name: string | undefined, owner: { readonly at: SourceLocation }, what: string): Use => ({
  name,
  at: interfacePlace(owner) ?? owner.at,
  what,
});

const watched = (owner: { readonly name: string }, what: string): Use => ({
  name: owner.name,
  at: interfacePlace(owner) ?? NOWHERE,
  what,
  code: 'env-watched-interface-missing',
});

// keepalived ends with 4 here, and with 5 for an interface that is named.
const checkDefault = ({ staticAddresses = [], global }: Config, interfaces: Interfaces, report: Report): boolean => {
  const name = global.defaultInterface ?? 'eth0';
  if (interfaces.has(name)) return true;
  const nowhere = staticAddresses.filter(({ dev }) => dev === undefined);
  for (const { address, at } of nowhere) {
    const message = `the address ${formatIp(address)} names no interface, and the default ${name} does not exist`;
    report('error', 'env-no-default-interface', message, at, {
      hint: 'write dev INTERFACE after the address, or default_interface in global_defs',
    });
  }
  return nowhere.length === 0;
};

const checkAbility = ({ vrrpInstances }: Config, interfaces: Interfaces, report: Report): void => {
  for (const instance of vrrpInstances) {
    const own = interfaces.get(instance.interfaceName);
    if (own === undefined) continue;
    const name = `the interface ${instance.interfaceName} of vrrp_instance ${instance.name}`;
    const at = interfacePlace(instance) ?? instance.at;
    // The kernel has one loopback interface in each namespace, and keepalived takes it for none.
    if (instance.interfaceName === 'lo') {
      report('error', 'env-interface-loopback', `${name} is the loopback interface, where no other router is`, at, {
        hint: 'name the interface that leads to the other directors',
      });
      continue;
    }
    if (!own.multicast && instance.unicastPeers.length === 0)
      report('error', 'env-interface-multicast', `${name} does not support multicast`, at, {
        hint: 'name the other directors in unicast_peer',
      });
  }
};
