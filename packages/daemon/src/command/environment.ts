// Findings beyond the file itself: interfaces that this host does not have, and what this build cannot run.
import { type Config, type Diagnostic, formatIp, type SourceLocation } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { notBuilt } from '@vipward/vrrp/not-built';

/** Pure: the links are passed in. Codes begin with `env-`, since the same file is right on another host. */
export const environmentDiagnostics = (config: Config, links: readonly Link[]): readonly Diagnostic[] => {
  const byName = new Map(links.map((link) => [link.name, link]));
  const missing = (name: string, at: SourceLocation, user: string): Diagnostic => ({
    severity: 'error',
    code: 'env-interface-missing',
    message: `interface ${name} of ${user} does not exist`,
    at,
    hint: `this host has ${links.map((link) => link.name).join(', ')}`,
  });
  return config.vrrpInstances.flatMap((instance) => {
    const user = `vrrp_instance ${instance.name}`;
    const own = byName.get(instance.interfaceName);
    const found: Diagnostic[] = [];
    if (own === undefined) {
      // Unicast without an interface: that it is not built is said below.
      if (instance.interfaceName !== '') found.push(missing(instance.interfaceName, instance.at, user));
    } else if (!own.multicast && instance.unicastPeers.length === 0) {
      found.push({
        severity: 'error',
        code: 'env-interface-multicast',
        message: `interface ${own.name} of ${user} does not support multicast`,
        at: instance.at,
        hint: 'name the other directors in unicast_peer',
      });
    }
    for (const virtual of [...instance.virtualAddresses, ...(instance.excludedAddresses ?? [])]) {
      if (virtual.dev !== undefined && !byName.has(virtual.dev)) {
        found.push(missing(virtual.dev, virtual.at, `address ${formatIp(virtual.address)}`));
      }
    }
    for (const tracked of instance.trackInterfaces) {
      if (!byName.has(tracked.name)) found.push(missing(tracked.name, tracked.at, `${user}, track_interface`));
    }
    return found;
  });
};

/** Instances that would not do what is written: nothing may be started or reloaded with them. */
export const notBuiltDiagnostics = (config: Config): readonly Diagnostic[] =>
  config.vrrpInstances.flatMap((instance) => {
    const found = notBuilt(instance, config.global);
    if (found === undefined) return [];
    const { what, hint, at } = found;
    const message = `${what} of vrrp_instance ${instance.name} is not part of this build`;
    return [{ severity: 'error', code: 'vrrp-not-built', message, at, hint }];
  });
