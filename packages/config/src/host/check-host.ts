// What of a configuration does not fit the host it is for: interfaces, scripts and their users, directories of tracked files.
import type { Config, SourceLocation } from '../model.ts';
import { directoryOf } from '../source/reader.ts';
import type { Report } from '../source/report.ts';
import { checkScripts } from './check-scripts.ts';
import type { Host } from './host.ts';

/** Reports with codes that begin with `env-`. */
export const checkHost = (config: Config, host: Host, report: Report): void => {
  checkInterfaces(config, host, report);
  checkScripts(config, host, report);
  for (const { file, at } of config.trackFiles ?? []) {
    const directory = directoryOf(file);
    if (host.fileInfo(directory)?.kind !== 'directory')
      report(
        'warning',
        'env-directory-missing',
        `there is no directory ${directory} for the tracked file ${file}`,
        at,
        {
          hint: 'the directory must be there before the file can be watched',
        },
      );
  }
};

interface Use {
  readonly name: string | undefined;
  readonly at: SourceLocation;
  readonly what: string;
}

const checkInterfaces = (config: Config, { interfaces }: Host, report: Report): void => {
  if (interfaces === undefined || config.global.dynamicInterfaces !== undefined) return;
  const made = new Set(
    config.vrrpInstances.flatMap(({ vmac, ipvlan, virtualRouterId }) => [
      ...(vmac === undefined ? [] : [vmac.name ?? `vrrp.${virtualRouterId}`]),
      ...(ipvlan === undefined ? [] : [ipvlan.name ?? `vrrp.${virtualRouterId}`]),
    ]),
  );
  for (const { name, at, what } of usesOf(config)) {
    if (name === undefined || name === '' || interfaces.has(name) || made.has(name)) continue;
    report('warning', 'env-interface-missing', `the interface ${name} of ${what} does not exist`, at, {
      hint: 'if it comes later, write dynamic_interfaces in global_defs',
    });
  }
};

const usesOf = (config: Config): readonly Use[] => [
  ...config.vrrpInstances.flatMap((instance): readonly Use[] => [
    { name: instance.interfaceName, at: instance.at, what: `vrrp_instance ${instance.name}` },
    ...[...instance.virtualAddresses, ...(instance.excludedAddresses ?? [])].map(({ dev, at }) => ({
      name: dev,
      at,
      what: 'this address',
    })),
    ...instance.trackInterfaces.map(({ name, at }) => ({ name, at, what: 'track_interface' })),
    ...[...(instance.virtualRoutes ?? []), ...(instance.virtualRules ?? [])].map((line) => ({
      name: 'dev' in line ? line.dev : undefined,
      at: line.at,
      what: 'this route',
    })),
  ]),
  ...(config.syncGroups ?? []).flatMap(({ trackInterfaces }) =>
    trackInterfaces.map(({ name, at }) => ({ name, at, what: 'track_interface' })),
  ),
  ...(config.staticAddresses ?? []).map(({ dev, at }) => ({
    name: dev ?? config.global.defaultInterface ?? 'eth0',
    at,
    what: 'this address',
  })),
  ...(config.staticRoutes ?? []).map(({ dev, at }) => ({ name: dev, at, what: 'this route' })),
];
