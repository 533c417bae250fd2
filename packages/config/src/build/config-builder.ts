// Statements of the top level, one after the other, to the whole Config; then the checks between objects.

import { ipKey } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { Config, SourceLocation, VirtualServer, VrrpInstance, VrrpScript } from '../model.ts';
import type { Report } from '../source/report.ts';
import { buildGlobal, buildInstanceDefaults } from './global.ts';
import { reportScriptSecurity } from './script-security.ts';
import { at } from './values.ts';
import { buildVirtualServer, serviceName } from './virtual-server.ts';
import { buildVrrpInstance } from './vrrp-instance.ts';
import { buildVrrpScript, nameText } from './vrrp-script.ts';

interface Opened {
  readonly statement: Statement;
  readonly block: Block;
}

/** Takes statements as they are read, so that a large file is never held as a tree. */
export class ConfigBuilder {
  readonly #report: Report;
  readonly #global: Statement[] = [];
  readonly #scripts: Opened[] = [];
  readonly #instances: Opened[] = [];
  readonly #servers = new Map<string, VirtualServer>();

  constructor(report: Report) {
    this.#report = report;
  }

  add(statement: Statement): void {
    if (statement.body?.kind !== 'keywords') return;
    const { block } = statement.body;
    switch (statement.row.name) {
      case 'global_defs':
        this.#global.push(...block.statements);
        break;
      case 'vrrp_script':
        this.#scripts.push({ statement, block });
        break;
      case 'vrrp_instance':
        this.#instances.push({ statement, block });
        break;
      case 'virtual_server':
        this.#addServer(buildVirtualServer(statement, block, this.#report));
        break;
      default:
    }
  }

  /** Everything read so far as one Config: settings of global_defs count wherever they stood. */
  finish(): Config {
    const block: Block = { path: 'global_defs', statements: this.#global };
    const global = buildGlobal(block, this.#report);
    const defaults = buildInstanceDefaults(block, this.#report);
    const scripts = new Map<string, VrrpScript>();
    for (const { statement, block: body } of this.#scripts) {
      const script = buildVrrpScript(statement, body, global.scriptUser, this.#report);
      if (script !== undefined && this.#isFirst('vrrp_script', script, scripts)) scripts.set(script.name, script);
    }
    const seen = new Map<string, { readonly name: string; readonly at: SourceLocation }>();
    const instances = this.#instances.flatMap(({ statement, block: body }) => {
      const named = { name: nameText(statement) ?? '', at: at(statement) };
      if (named.name === '' || !this.#isFirst('vrrp_instance', named, seen)) return [];
      seen.set(named.name, named);
      const instance = buildVrrpInstance(statement, body, defaults, this.#report);
      return instance === undefined ? [] : [withKnownScripts(instance, scripts, this.#report)];
    });
    const config: Config = {
      global,
      vrrpScripts: [...scripts.values()],
      vrrpInstances: withoutSharedIds(instances, this.#report),
      virtualServers: [...this.#servers.values()],
    };
    reportScriptSecurity(config, this.#report);
    return config;
  }

  #addServer(server: VirtualServer | undefined): void {
    if (server === undefined) return;
    const key = `${server.protocol ?? server.family} ${serviceName(server.target)}`;
    const before = this.#servers.get(key);
    if (before === undefined) {
      this.#servers.set(key, server);
      return;
    }
    const related = [{ at: before.at, message: 'the first one is here' }];
    const message = `virtual server ${serviceName(server.target)} is given twice; the second is dropped`;
    this.#report('error', 'duplicate-virtual-server', message, server.at, { related });
  }

  #isFirst(
    kind: string,
    named: { readonly name: string; readonly at: SourceLocation },
    before: ReadonlyMap<string, { readonly at: SourceLocation }>,
  ): boolean {
    const first = before.get(named.name);
    if (first === undefined) return true;
    const related = [{ at: first.at, message: 'the first one is here' }];
    const code = kind === 'vrrp_instance' ? 'duplicate-instance' : 'duplicate-script';
    this.#report('error', code, `${kind} ${named.name} is given twice; the second is dropped`, named.at, { related });
    return false;
  }
}

// keepalived needs a script defined above the instance that tracks it.
const withKnownScripts = (
  instance: VrrpInstance,
  scripts: ReadonlyMap<string, VrrpScript>,
  report: Report,
): VrrpInstance => ({
  ...instance,
  trackScripts: instance.trackScripts.filter((item) => {
    if (scripts.has(item.name)) return true;
    const message = `vrrp_instance ${instance.name} tracks the script ${item.name}, which is not defined; it is ignored`;
    report('error', 'unknown-script', message, item.at, { hint: `define vrrp_script ${item.name} above the instance` });
    return false;
  }),
});

// Two instances of one id and family on one link would hear each other's adverts as their own.
const withoutSharedIds = (instances: readonly VrrpInstance[], report: Report): readonly VrrpInstance[] => {
  const owners = new Map<string, VrrpInstance>();
  return instances.filter((instance) => {
    const family = instance.virtualAddresses[0]?.address.family ?? 4;
    const peers = instance.unicastPeers
      .map(({ address }) => ipKey(address))
      .sort()
      .join(' ');
    const key = `${instance.interfaceName} ${instance.virtualRouterId} ${family} ${peers}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, instance);
      return true;
    }
    const message = `${instance.name} and ${owner.name} both use virtual_router_id ${instance.virtualRouterId} with IPv${family} on ${instance.interfaceName}; ${instance.name} is dropped`;
    report('error', 'duplicate-vrid', message, instance.at, {
      related: [{ at: owner.at, message: `${owner.name} is here` }],
    });
    return false;
  });
};
