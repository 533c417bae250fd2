// What a running VRRP is made of, put together: who tells whom of what.

import { systemNftables } from '@vipward/netlink/nftables';
import type { Millis } from '@vipward/sockets';
import { Footing } from '../stacked/footing.ts';
import { SyncGroups } from '../sync/groups.ts';
import { openArp } from './announcer.ts';
import type { Edges, VrrpOptions } from './api.ts';
import { processName } from './culprit.ts';
import { Facts } from './facts.ts';
import { Host } from './host.ts';
import { Informer } from './informer.ts';
import type { Instance } from './instance.ts';
import { Linkbeat } from './linkbeat.ts';
import { Members } from './members.ts';
import { Owned } from './owned.ts';
import { systemProcesses } from './process-source.ts';
import { promoting, Secondaries } from './secondaries.ts';
import { currentBootId, type StateWriter } from './state-file.ts';
import { systemSysctl } from './sysctl.ts';
import type { TrackSettings } from './track-settings.ts';
import { Tracking } from './tracking.ts';
import { openWire } from './wire.ts';
import { Wires } from './wires.ts';

export class Assembly {
  readonly edges: Edges;
  readonly host: Host;
  readonly wires: Wires;
  readonly facts: Facts;
  readonly informer: Informer;
  readonly members: Members;
  readonly groups: SyncGroups;
  readonly owned: Owned;
  readonly footing: Footing;
  readonly follower: Tracking;
  readonly secondaries: Secondaries;
  readonly linkbeat: Linkbeat;
  /** Of the configuration that runs, or is about to. */
  tracking: TrackSettings;
  /** Absent without a state file. */
  writer: StateWriter | undefined;

  constructor(options: VrrpOptions) {
    const { routeKernel, clock, log } = options;
    this.edges = {
      openWire,
      openArp,
      bootId: currentBootId(),
      sysctl: systemSysctl,
      nftables: systemNftables(),
      realtime: () => Date.now(),
      processName,
      processes: systemProcesses(() => this.tracking.processBuffer),
      afterInput: (fn) => void setImmediate(fn),
      ...options.edges,
    };
    this.secondaries = new Secondaries(this.edges.sysctl, (text) => log.warning(text));
    this.host = new Host(routeKernel);
    const onProgress = (within?: Millis): void => this.writer?.schedule(within);
    this.owned = new Owned(
      {
        ...{ kernel: routeKernel, host: this.host, clock, log, arp: () => this.wires.arp },
        ...{ afterInput: this.edges.afterInput, processName: this.edges.processName, onProgress },
      },
      options.owned,
    );
    this.footing = new Footing({
      ...{ kernel: routeKernel, host: this.host, clock, log, sysctl: this.edges.sysctl },
      ...{ nftables: this.edges.nftables, onProgress },
    });
    const instances = new Map<string, Instance>();
    this.wires = new Wires({ host: this.host, log, clock, edges: this.edges, instances });
    this.wires.configure(options.wires ?? {});
    this.groups = new SyncGroups({
      instances,
      log,
      onEvent: (event) => options.onEvent?.(event),
    });
    this.tracking = options.tracking ?? {};
    this.follower = new Tracking({
      ...{ startScript: options.startScript, processSource: this.edges.processes, clock, log },
      afterInput: this.edges.afterInput,
      onVerdict: (name, up) => this.informer.setScript(name, up),
      onUnusable: (name) => this.members.withoutScript(name),
      onFile: (name) => this.informer.fileChanged(name),
      onQuorum: (name) => this.informer.processesChanged(name),
    });
    this.facts = new Facts({
      ...{ host: this.host, clock, instances },
      ...{ scripts: this.follower.scripts, files: this.follower.files, processes: this.follower.processes },
      onLinkSettled: (name) => this.informer.linkChanged(name),
    });
    this.informer = new Informer({
      ...{ host: this.host, facts: this.facts, wires: this.wires, clock, log, instances },
      onAddressLost: (address, by) => this.owned.addressLost(address, by),
      onAddresses: (link) => this.footing.recheckAddresses(link),
      onHostChanged: (link) => {
        this.owned.recheck(link);
        this.footing.recheck(link);
        this.secondaries.set(promoting(this.instances.map(({ config }) => config)));
      },
    });
    this.members = new Members({
      ...{ instances, host: this.host, wires: this.wires, owned: this.owned, footing: this.footing },
      ...{ facts: this.facts, edges: this.edges, clock, log, onProgress },
      onEvent: (event) => this.groups.tell(event),
      beginAt: clock.now() + (options.startDelay ?? 0),
      onStep: () => this.groups.settle(),
    });
    for (const name of options.bfdsUp ?? []) this.informer.setBfd(name, true);
    this.facts.delays.set(options.links?.interfaceDelays ?? []);
    this.linkbeat = new Linkbeat({
      kernel: routeKernel,
      clock,
      known: (name) => this.host.link(name),
      onEvent: (event) => this.informer.onRoute(event),
      onError: (text) => log.warning(text),
    });
  }

  get instances(): readonly Instance[] {
    return [...this.members.instances.values()];
  }
}
