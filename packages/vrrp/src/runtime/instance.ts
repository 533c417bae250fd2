// One running instance: hands events to its machine and performs the effects.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { InterfaceAddress, NewAddress } from '@vipward/netlink';
import { type Cancel, type Clock, limitLines, type Millis } from '@vipward/sockets';
import { type DecodedAdvert, encodeAdvert } from '../advert/advert.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import { receiveAdvert } from '../advert/receive.ts';
import { describeRejection, type Rejection } from '../advert/rejection.ts';
import { describeStranger } from '../advert/stranger.ts';
import type { ChecksumFlavour } from '../advert/v3.ts';
import type { Effect, Event, MachineConfig, NotifyState, State, TimerName } from '../machine/model.ts';
import { initialState, step } from '../machine/step.ts';
import { effectivePriority, masterDownInterval, masterInterval } from '../machine/timing.ts';
import { AhCounter } from './ah-counter.ts';
import type { Announcements } from './announcements.ts';
import type { InstanceDetails, InstanceStatus } from './api.ts';
import type { Possessions } from './claims.ts';
import type { ProcessName } from './culprit.ts';
import { Estate } from './estate.ts';
import type { Host } from './host.ts';
import {
  checksumFlavour,
  expectation,
  familyOf,
  groupOf,
  isUnicast,
  ownAdvert,
  passwordOf,
  placeOf,
  sourceIp,
  usesAh,
  versionOf,
} from './instance-settings.ts';
import { savable } from './leftovers.ts';
import type { VrrpLog } from './log.ts';
import { Refusals } from './refusals.ts';
import type { Routing } from './routing.ts';
import { Signature } from './signature.ts';
import type { SavedInstance } from './state-file.ts';
import { Tallies } from './tally.ts';
import { Vips } from './vips.ts';
import type { Wire } from './wire.ts';

export interface InstanceParts {
  readonly host: Host;
  readonly announcements: Announcements;
  readonly routing: Routing;
  readonly processName: ProcessName;
  readonly possessions: (config: VrrpInstance) => Possessions;
  /** See Guard; with the settings of the instance as they are then. */
  readonly guard: (owner: object, config: VrrpInstance, addresses: readonly NewAddress[]) => Promise<void> | undefined;
  readonly clock: Clock;
  /** ms since 1970, for auth_hmac alone. */
  readonly realtime: () => Millis;
  readonly log: VrrpLog;
  /** Runs `fn` once what has already come in on the sockets has been read. */
  readonly afterInput: (fn: () => void) => void;
  wire(config: VrrpInstance): Wire | undefined;
  /** In use where the instance speaks, by us or by others. */
  vridsOn(config: VrrpInstance): ReadonlySet<number>;
  /** After every event. */
  onStep(): void;
  /** The instance's role or its addresses have changed, or it has spoken; a successor need not know for so many ms. */
  onProgress(within?: Millis): void;
  onNotify(event: { readonly state: NotifyState; readonly priority: number; readonly resumed: boolean }): void;
}

/** A rejected packet is said again after this long. */
const REPEAT_REJECTION: Millis = 10_000;
const REPEAT_LOG: Millis = 1000;
/** A VRID that another virtual router uses as well is said again after this long. */
const REPEAT_COLLISION: Millis = 60_000;

export class Instance {
  config: VrrpInstance;
  readonly vips: Vips;
  readonly #estate: Estate;
  /** Monotonic, ms; when we last spoke as master. */
  lastAdvertAt: Millis | undefined;
  /** Who was last heard as master, while backup. */
  #heard: { readonly from: IpAddress; readonly priority: number } | undefined;
  readonly #refusals = new Refusals();
  readonly #tallies = new Tallies();
  #state: State;
  /** The last address that we could send from: the farewell of an instance that has just lost it. */
  #source: IpAddress | undefined;
  #ipId = 0;
  /** Of version 3: as configured, and then as the peers turn out to have it. */
  #checksum: ChecksumFlavour;
  readonly ahCounter = new AhCounter();
  readonly signature: Signature;
  #keepAddresses = false;
  readonly #timers = new Map<TimerName, Cancel>();
  readonly #parts: InstanceParts;
  readonly #sayRejection: (text: string) => void;
  readonly #sayLimited: (text: string) => void;
  readonly #warnLimited: (text: string) => void;
  readonly #sayCollision: (text: string) => void;

  constructor(
    config: VrrpInstance,
    machine: MachineConfig,
    facts: {
      readonly primaryAddress: IpAddress | undefined;
      readonly down: readonly string[];
      readonly pending: readonly string[];
      readonly measures: readonly (readonly [string, number | undefined])[];
    },
    parts: InstanceParts,
  ) {
    this.config = config;
    this.#checksum = checksumFlavour(config);
    this.#parts = parts;
    const { clock, log, host } = parts;
    this.vips = new Vips({
      ...{ name: config.name, interfaceName: () => this.config.interfaceName, host, clock, log },
      guard: (addresses) => parts.guard(this, this.config, addresses),
    });
    this.#estate = new Estate({
      ...parts,
      name: config.name,
      config: () => this.config,
      isMaster: () => this.#state.role === 'master',
      vips: this.vips,
      onAddressLost: (address, by) => this.handle({ kind: 'address-lost', address, by }),
    });
    this.#sayRejection = limitLines(clock, (text) => log.info(text), REPEAT_REJECTION);
    this.#sayLimited = limitLines(clock, (text) => log.info(text), REPEAT_LOG);
    this.#warnLimited = limitLines(clock, (text) => log.warning(text), REPEAT_LOG);
    this.#sayCollision = limitLines(clock, (text) => log.warning(text), REPEAT_COLLISION);
    this.signature = new Signature(parts.realtime, (text) => this.#sayRejection(`(${this.config.name}) ${text}`));
    this.#source = facts.primaryAddress;
    this.#state = initialState(machine, facts.primaryAddress, facts.down, facts.pending, facts.measures);
  }

  get state(): State {
    return this.#state;
  }

  get priority(): number {
    return effectivePriority(this.#state);
  }

  handle(event: Event): void {
    if (event.kind === 'primary-address' && event.address) this.#source = event.address;
    const { state, effects } = step(this.#state, event, this.#parts.clock.now());
    const changed = state.role !== this.#state.role;
    const says = (state.role === 'master') !== (this.#state.role === 'master');
    if (changed) this.#tallies.changed(this.#state.role, state.role, this.#parts.realtime());
    this.#state = state;
    // What adverts make us say is limited; a change of role is always said.
    const limited = event.kind === 'advert' && !changed;
    for (const effect of inOrder(effects)) this.#perform(effect, limited);
    const begins = event.kind === 'start' || event.kind === 'config';
    if (changed || begins) this.#estate.settle({ says });
    if (changed) this.#parts.onProgress();
    this.#parts.onStep();
  }

  /** New settings of the same virtual router; `pending` are keys that have no result yet. */
  reconfigure(config: VrrpInstance, machine: MachineConfig, pending: readonly string[]): void {
    if (checksumFlavour(config) !== checksumFlavour(this.config)) this.#checksum = checksumFlavour(config);
    this.config = config;
    this.handle({ kind: 'config', config: machine, pending });
  }

  status(): InstanceStatus {
    const { name, interfaceName, virtualRouterId } = this.config;
    const { sent, received, becameMaster, priorityZeroSent, priorityZeroReceived } = this.#tallies.counts;
    return {
      name,
      interfaceName,
      virtualRouterId,
      version: versionOf(this.config),
      family: familyOf(this.config),
      role: this.#state.role,
      priority: this.priority,
      ...(this.#state.role === 'backup' && this.#heard
        ? { master: { address: formatIp(this.#heard.from), priority: this.#heard.priority } }
        : {}),
      advertsSent: sent,
      advertsReceived: received,
      becameMaster,
      priorityZeroSent,
      priorityZeroReceived,
      advertsRejected: this.#refusals.byReason,
      ...(this.#refusals.sources.length > 0 ? { refusedSources: this.#refusals.sources } : {}),
      ...(this.source === undefined ? {} : { source: formatIp(this.source) }),
    };
  }

  /** What adverts are sent from. */
  get source(): IpAddress | undefined {
    return sourceIp(this.config) ?? this.#source;
  }

  details(): InstanceDetails {
    const { lastTransition, counts } = this.#tallies;
    return {
      status: this.status(),
      instance: this.config,
      machine: this.#state.config,
      source: this.source,
      down: [...this.#state.down],
      waiting: this.#state.pending?.size ?? 0,
      masterDownInterval: masterDownInterval(
        this.#state.config,
        this.priority,
        this.#state.role === 'backup' ? masterInterval(this.#state) : this.#state.config.advertInterval,
      ),
      lastTransition,
      tally: counts,
    };
  }

  /** For a successor. */
  saved(): SavedInstance {
    return {
      name: this.config.name,
      interfaceName: this.config.interfaceName,
      vrid: this.config.virtualRouterId,
      role: this.#state.role,
      lastAdvertAt: this.lastAdvertAt,
      masterDownInterval: masterDownInterval(this.#state.config, this.priority),
      ...(usesAh(this.config) ? { ahSequence: this.ahCounter.last } : {}),
      addresses: this.vips.wanted.map((vip) => savable(vip, this.config.interfaceName)),
    };
  }

  clearCounts(): void {
    this.#tallies.clear();
    this.#refusals.clear();
  }

  receive(packet: VrrpPacket): void {
    const opened = this.signature.verify(packet, this.config.unicastPeers.length);
    const verdict = 'rejected' in opened ? opened : this.#judge(opened.packet);
    if ('rejected' in verdict) {
      this.#refuse(verdict.rejected, packet);
      return;
    }
    this.#tallies.received(verdict.advert.priority);
    this.#refusals.believed(packet.source);
    if (this.#state.role === 'backup') this.#heard = { from: packet.source, priority: verdict.advert.priority };
    const syncs = packet.ah !== undefined && usesAh(this.config) && this.#defends(verdict.advert.priority);
    if (packet.ah && usesAh(this.config)) this.ahCounter.heard(packet.ah.sequence, syncs);
    this.handle({ kind: 'advert', from: packet.source, advert: verdict.advert });
    if (syncs) this.#sayLimited(`(${this.config.name}) IPSEC-AH : Syncing seq_num - Increment seq`);
  }

  #refuse(why: Rejection, packet: VrrpPacket): void {
    const { name, virtualRouterId } = this.config;
    const from = formatIp(packet.source);
    this.#sayRejection(`(${name}) ${describeRejection(why)}, from ${from}`);
    if (!this.#refusals.note(why.kind, packet.source)) return;
    this.#sayCollision(
      `(${name}) VRID ${virtualRouterId} on ${placeOf(this.config)} is used by ${from} for another virtual router, ` +
        `or with other settings (${why.kind})${describeStranger(packet, this.#parts.vridsOn(this.config))}`,
    );
  }

  #judge(packet: VrrpPacket): DecodedAdvert {
    const expected = (checksum: ChecksumFlavour) =>
      expectation(this.config, { checksum, master: this.#heard?.from, ahSequence: this.ahCounter.last });
    const verdict = receiveAdvert(packet, expected(this.#checksum));
    if (!('rejected' in verdict) || verdict.rejected.kind !== 'checksum') return verdict;
    const { fitting } = verdict.rejected;
    const switches = fitting === 'old-unicast' || (fitting === 'pseudo-header' && this.#checksum === 'old-unicast');
    if (!switches || this.config.oldUnicastChecksum !== undefined) return verdict;
    this.#adoptChecksum(fitting, packet.source);
    return receiveAdvert(packet, expected(fitting));
  }

  #defends(priority: number): boolean {
    return this.#state.role === 'master' && priority > 0 && priority < this.priority;
  }

  // As keepalived: a peer of before 1.3.7 is met in its own way, and again when it has been upgraded.
  #adoptChecksum(flavour: ChecksumFlavour, from: IpAddress): void {
    this.#checksum = flavour;
    this.#sayRejection(
      `(${this.config.name}) Setting unicast VRRPv3 checksum to ${flavour === 'old-unicast' ? 'old version' : 'new version'}, as ${formatIp(from)} has it`,
    );
  }

  /** One of ours has gone from its interface, and not by our hand. */
  addressLost(lost: InterfaceAddress, by?: number): void {
    this.#estate.addressLost(lost, by);
  }

  /** Says priority 0 at once; resolves when the addresses are gone. */
  async stop({ deleted = false, keepAddresses = false } = {}): Promise<void> {
    this.#keepAddresses = keepAddresses;
    const told = this.config.notifyDeleted === undefined ? 'FAULT' : 'DELETED';
    this.handle({ kind: 'shutdown', ...(deleted ? { deleted: told } : {}) });
    if (keepAddresses) this.vips.abandon();
    await Promise.all([this.vips.sync(), this.#estate.close({ keep: keepAddresses })]);
    this.vips.close();
  }

  #perform(effect: Effect, limited: boolean): void {
    switch (effect.kind) {
      case 'send-advert':
        this.#sendAdvert(effect.priority);
        return;
      case 'set-timer':
        this.#arm(effect.timer, effect.at);
        return;
      case 'cancel-timer':
        this.#timers.get(effect.timer)?.();
        this.#timers.delete(effect.timer);
        return;
      case 'add-addresses':
        void this.vips.want(effect.addresses);
        return;
      case 'remove-addresses':
        if (!this.#keepAddresses) void this.vips.release(effect.addresses);
        return;
      case 'garp':
        // Behind the write that is under way: an answer to the ARP must find the address here.
        void this.vips.sync().then(() => this.#estate.announce(effect.addresses, effect.repeat));
        return;
      case 'notify':
        this.#parts.onNotify(effect);
        return;
      case 'log':
        this.#say(effect, limited);
        return;
    }
  }

  #say({ level, detail, text }: Extract<Effect, { readonly kind: 'log' }>, limited: boolean): void {
    const { log } = this.#parts;
    if (detail) log.detail(text);
    else if (limited) (level === 'warning' ? this.#warnLimited : this.#sayLimited)(text);
    else if (level === 'warning') log.warning(text);
    else log.info(text);
  }

  #arm(timer: TimerName, at: Millis): void {
    this.#timers.get(timer)?.();
    const fire = (): void => this.handle({ kind: 'timer', timer });
    this.#timers.set(
      timer,
      // An advert that lies in the socket already must be heard before silence is declared.
      this.#parts.clock.at(at, timer === 'master-down' ? () => this.#parts.afterInput(fire) : fire),
    );
  }

  #sendAdvert(priority: number): void {
    const wire = this.#parts.wire(this.config);
    const source = sourceIp(this.config) ?? this.#source;
    if (!wire || !source) return;
    const advert = ownAdvert(this.config, priority);
    const { unicastPeers, unicastTtl } = this.config;
    const unicast = isUnicast(this.config);
    const ttl = unicast && unicastTtl !== undefined ? { ttl: unicastTtl } : {};
    const destinations = unicast ? unicastPeers.map(({ address }) => address) : [groupOf(this.config)];
    const key = usesAh(this.config) ? passwordOf(this.config) : undefined;
    const sign = this.signature.sign(source);
    for (const destination of destinations) {
      this.#ipId = (this.#ipId % 0xffff) + 1;
      const path = { source, destination };
      const message = sign(encodeAdvert(advert, path, this.#checksum), path);
      try {
        const ah = key && { ah: { key, sequence: this.ahCounter.next() } };
        wire.send({ source, destination, id: this.#ipId, message, ...ttl, ...ah });
        this.#tallies.sent(priority);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const line = `(${this.config.name}) send advert to ${formatIp(destination)}: ${text}`;
        // A farewell over a link that has gone down.
        if (priority === 0) this.#parts.log.detail(line);
        else this.#sayRejection(line);
      }
    }
    if (priority > 0) {
      this.lastAdvertAt = this.#parts.clock.now();
      // It goes on if its last advert is younger than three intervals and skew.
      this.#parts.onProgress(this.#state.config.advertInterval / 2);
    }
  }
}

/** The advert and the address first; lines in the log wait. */
const inOrder = (effects: readonly Effect[]): readonly Effect[] => {
  if (!effects.some(({ kind }) => kind === 'add-addresses')) return effects;
  const urgent = ({ kind }: Effect): boolean => kind === 'send-advert' || kind === 'add-addresses';
  return [...effects.filter(urgent), ...effects.filter((effect) => !urgent(effect))];
};
