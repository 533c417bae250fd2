// Findings beyond the file itself: what this build cannot run.
import type { Config, Report } from '@vipward/config';

/** Instances that would not do what is written: nothing may be started or reloaded with them. `links`: names of this host. */
export const reportNotBuilt = (config: Config, links: ReadonlySet<string> | undefined, report: Report): void => {
  for (const instance of config.vrrpInstances) {
    // Interfaces that are not there yet are no fault of the file with dynamic_interfaces.
    if (links === undefined || config.global.dynamicInterfaces === undefined) continue;
    const needed = [
      { name: instance.interfaceName, at: instance.at },
      ...[...instance.virtualAddresses, ...(instance.excludedAddresses ?? [])].map(({ dev, at }) => ({
        name: dev,
        at,
      })),
      ...instance.trackInterfaces,
    ];
    for (const { name, at } of needed) {
      if (name === undefined || name === '' || links.has(name)) continue;
      report('error', 'vrrp-not-built', `waiting for the interface ${name} is not part of this build`, at, {
        hint: 'create it before the start, whatever dynamic_interfaces says',
      });
    }
  }
};
