// What is so now of all that instances depend on: links, addresses, scripts, files, processes, BFD sessions.
import type { VrrpInstance } from '@vipward/config';
import { type IpAddress, ipKey } from '@vipward/config/address';
import type { Clock } from '@vipward/sockets';
import type { MachineConfig } from '../machine/model.ts';
import { OWNER_PRIORITY } from '../machine/timing.ts';
import type { TrackFiles } from '../track/files.ts';
import type { TrackProcesses } from '../track/processes.ts';
import type { TrackScripts } from '../track/scripts.ts';
import { fileKey } from '../track/weights.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';
import { familyOf, scriptKey, sourceInterface, sourceIp } from './instance-settings.ts';
import { LinkDelays } from './link-delays.ts';
import { VirtualAddresses } from './virtual-addresses.ts';

export interface FactsParts {
  readonly host: Host;
  readonly clock: Clock;
  readonly instances: ReadonlyMap<string, Instance>;
  /** Absent when nobody runs scripts here. */
  readonly scripts?: TrackScripts | undefined;
  readonly files: TrackFiles;
  readonly processes: TrackProcesses;
  /** A link is believed to be otherwise than before (interface_up_down_delays). */
  readonly onLinkSettled: (name: string) => void;
}

export class Facts {
  /** For who runs scripts elsewhere. */
  readonly #scriptsDown = new Set<string>();
  /** A session is down until it is told of as up, as in keepalived. */
  readonly #bfdsUp = new Set<string>();
  readonly delays: LinkDelays;
  readonly #virtual: VirtualAddresses;
  readonly #parts: FactsParts;

  constructor(parts: FactsParts) {
    this.#parts = parts;
    this.#virtual = new VirtualAddresses(parts.instances);
    this.delays = new LinkDelays(parts.clock, parts.onLinkSettled);
  }

  close(): void {
    this.delays.close();
  }

  setScript(name: string, up: boolean): void {
    if (up) this.#scriptsDown.delete(scriptKey(name));
    else this.#scriptsDown.add(scriptKey(name));
  }

  /** False when it is no news. */
  setBfd(name: string, up: boolean): boolean {
    if (up === this.#bfdsUp.has(name)) return false;
    if (up) this.#bfdsUp.add(name);
    else this.#bfdsUp.delete(name);
    return true;
  }

  /** The key of a link or a script, as in Tracked. */
  isUp(key: string): boolean {
    if (this.#scriptsDown.has(key)) return false;
    const [kind, name = ''] = key.split(/ (.*)/);
    if (kind === 'script') return this.#parts.scripts?.isUp(name) ?? true;
    if (kind === 'bfd') return this.#bfdsUp.has(name);
    // What a number means is for the machine to say.
    if (kind === 'file') return true;
    if (kind === 'process') return this.#parts.processes.isUp(name);
    // What the members of a group are to each other is settled once they are all there.
    if (kind === 'group') return true;
    if (kind === 'source') return this.#parts.host.addresses.some(({ address }) => ipKey(address) === name);
    const { host } = this.#parts;
    const link = host.link(name);
    const parent = link?.parent === undefined ? undefined : host.linkAt(link.parent)?.name;
    return this.delays.believe(name, link?.up === true && link.running, parent);
  }

  /** A script that has not given its first result. */
  isPending(key: string): boolean {
    const [kind, name = ''] = key.split(/ (.*)/);
    return kind === 'script' && this.#parts.scripts?.isPending(name) === true;
  }

  /** The same, and init_fail changes nothing about it: who begins waits for that result, as keepalived does. */
  isAwaited(key: string): boolean {
    const [kind, name = ''] = key.split(/ (.*)/);
    return kind === 'script' && this.#parts.scripts?.isNew(name) === true;
  }

  /** The numbers in the files among what is tracked. */
  measures({ tracked }: MachineConfig): readonly (readonly [string, number | undefined])[] {
    return tracked.flatMap(({ key, measured }) => (measured === true ? [[key, this.measure(key)] as const] : []));
  }

  /** The number in a file; undefined when there is none. */
  measure(key: string): number | undefined {
    return this.#parts.files.valueOf(key.slice(fileKey('').length));
  }

  /** keepalived takes the first address of the interface that is not virtual; mcast_src_ip and unicast_src_ip win. */
  primaryAddress(config: VrrpInstance, present?: IpAddress): IpAddress | undefined {
    const written = sourceIp(config);
    if (written) return written;
    const { host } = this.#parts;
    const link = host.link(sourceInterface(config));
    if (!link) return undefined;
    const family = familyOf(config);
    const found = host.primaryAddress(link.index, family, this.#virtual.ofAll(config), present);
    if (found !== undefined || config.priority !== OWNER_PRIORITY) return found;
    // The owner's virtual addresses are its real ones; those of another instance come and go with that one.
    return host.primaryAddress(link.index, family, this.#virtual.ofOthers(config), present);
  }
}
