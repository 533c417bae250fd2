// One running instance: hands events to its machine and performs the effects.
import type { VrrpInstance } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import type { InterfaceAddress, NewAddress } from '@vipward/netlink';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import type { VrrpPacket } from '../advert/ipv4.ts';
import type { Effect, Event, MachineConfig, NotifyState, State, TimerName } from '../machine/model.ts';
import { initialState, step } from '../machine/step.ts';
import { AdvertForm } from './advert-form.ts';
import { AdvertReceiver } from './advert-receiver.ts';
import { AdvertSender } from './advert-sender.ts';
import type { Announcements } from './announcements.ts';
import type { InstanceDetails, InstanceStatus } from './api.ts';
import type { Possessions } from './claims.ts';
import type { ProcessName } from './culprit.ts';
import { Estate } from './estate.ts';
import type { Host } from './host.ts';
import { detailsOf, type Reported, savedOf, statusOf } from './instance-report.ts';
import { sourceIp } from './instance-settings.ts';
import { Later } from './later.ts';
import type { VrrpLog } from './log.ts';
import { MachineLog } from './machine-log.ts';
import type { Routing } from './routing.ts';
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

export class Instance {
  config: VrrpInstance;
  readonly vips: Vips;
  readonly form: AdvertForm;
  readonly #estate: Estate;
  readonly #sender: AdvertSender;
  readonly #receiver: AdvertReceiver;
  readonly #tallies = new Tallies();
  #state: State;
  /** The last address that we could send from: the farewell of an instance that has just lost it. */
  #source: IpAddress | undefined;
  /** Monotonic, ms; when we last spoke as master. */
  #lastAdvertAt: Millis | undefined;
  #keepAddresses = false;
  readonly #timers: Later;
  readonly #log: MachineLog;
  readonly #parts: InstanceParts;

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
    this.#timers = new Later(clock);
    this.#log = new MachineLog(clock, log);
    const sayRejection = limitLines(clock, (text) => log.info(text), REPEAT_REJECTION);
    this.form = new AdvertForm(config, parts.realtime, (text) => sayRejection(`(${this.config.name}) ${text}`));
    this.#sender = new AdvertSender({ form: this.form, tallies: this.#tallies, clock, log });
    this.#receiver = new AdvertReceiver({
      ...{ form: this.form, tallies: this.#tallies, clock, log, sayRejection, vridsOn: parts.vridsOn },
      config: () => this.config,
      state: () => this.#state,
      onAdvert: (from, advert) => this.handle({ kind: 'advert', from, advert }),
    });
    this.#source = facts.primaryAddress;
    this.#state = initialState(machine, facts.primaryAddress, facts.down, facts.pending, facts.measures);
  }

  get state(): State {
    return this.#state;
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
    this.form.reconfigure(this.config, config);
    this.config = config;
    this.handle({ kind: 'config', config: machine, pending });
  }

  status(): InstanceStatus {
    return statusOf(this.#reported);
  }

  details(): InstanceDetails {
    return detailsOf(this.#reported);
  }

  /** For a successor. */
  saved(): SavedInstance {
    return savedOf(this.#reported, {
      lastAdvertAt: this.#lastAdvertAt,
      ahSequence: this.form.ahCounter.last,
      vips: this.vips,
    });
  }

  clearCounts(): void {
    this.#tallies.clear();
    this.#receiver.refusals.clear();
  }

  receive(packet: VrrpPacket): void {
    this.#receiver.receive(packet);
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
        this.#timers.cancel(effect.timer);
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
        this.#log.say(effect, limited);
        return;
    }
  }

  #arm(timer: TimerName, at: Millis): void {
    const fire = (): void => this.handle({ kind: 'timer', timer });
    // An advert that lies in the socket already must be heard before silence is declared.
    this.#timers.at(at, timer, timer === 'master-down' ? () => this.#parts.afterInput(fire) : fire);
  }

  #sendAdvert(priority: number): void {
    const wire = this.#parts.wire(this.config);
    const source = this.#from;
    if (!wire || !source) return;
    this.#sender.send(this.config, wire, source, priority);
    if (priority === 0) return;
    this.#lastAdvertAt = this.#parts.clock.now();
    // It goes on if its last advert is younger than three intervals and skew.
    this.#parts.onProgress(this.#state.config.advertInterval / 2);
  }

  /** What adverts are sent from. */
  get #from(): IpAddress | undefined {
    return sourceIp(this.config) ?? this.#source;
  }

  get #reported(): Reported {
    return {
      ...{ config: this.config, state: this.#state, source: this.#from },
      ...{ tallies: this.#tallies, receiver: this.#receiver },
    };
  }
}

/** The advert and the address first; lines in the log wait. */
const inOrder = (effects: readonly Effect[]): readonly Effect[] => {
  if (!effects.some(({ kind }) => kind === 'add-addresses')) return effects;
  const urgent = ({ kind }: Effect): boolean => kind === 'send-advert' || kind === 'add-addresses';
  return [...effects.filter(urgent), ...effects.filter((effect) => !urgent(effect))];
};
