// Three virtual routers on a bad network under a clock that a test moves: loss, delay, partitions, stalls, crashes, reloads.
import { FakeClock } from '@vipward/testkit';
import type { Event, MachineConfig, State, TimerName } from '../../src/index.ts';
import {
  type Advert,
  decodeAdvert,
  encodeAdvert,
  initialState,
  masterDownInterval,
  step,
  VRRP_GROUP,
} from '../../src/index.ts';
import { ip } from '../advert/golden.ts';
import { config, vip } from '../machine/make.ts';

/** What a reload may change. */
export type Settings = Pick<MachineConfig, 'priority' | 'nopreempt' | 'preemptDelay'>;

export interface Weather {
  /** 0..1 */
  readonly loss: number;
  /** Of each advert, up to so many ms: they overtake each other. */
  readonly delay: number;
}

/** On a good day one advert in a row may be lost, and each takes up to 3 ms: less than any Skew_Time. */
const FAIR: Weather = { loss: 0, delay: 3 };
const LINK = 'interface eth0';

export class Router {
  state: State;
  alive = false;
  /** Which part of a split network it is in. */
  part = 0;
  linkUp = true;
  readonly address: string;
  /** How far its clock has jumped ahead. */
  #ahead = 0;
  #settings: MachineConfig;
  #stalled = false;
  #inbox: Uint8Array[] = [];
  #senders: string[] = [];
  #due = new Set<TimerName>();
  #lastRole: { readonly master: boolean; readonly at: number } = { master: false, at: 0 };
  readonly #timers = new Map<TimerName, { readonly at: number; cancel: () => void }>();
  readonly #world: World;

  constructor(world: World, address: string, settings: Partial<MachineConfig>) {
    this.#world = world;
    this.address = address;
    this.#settings = config({ virtualAddresses: [vip('10.0.0.100')], ...settings });
    this.state = initialState(this.#settings, ip(address));
  }

  get now(): number {
    return this.#world.clock.now() + this.#ahead;
  }

  /** Takes part: has a process, and a link. */
  get present(): boolean {
    return this.alive && this.linkUp;
  }

  /** A new process; it goes on as master when the old one was that less than the master-down interval ago. */
  start(): void {
    if (this.alive) return;
    this.alive = true;
    const { master, at } = this.#lastRole;
    const resume = master && this.now - at < masterDownInterval(this.#settings, this.#settings.priority);
    this.state = initialState(this.#settings, ip(this.address), this.linkUp ? [] : [LINK]);
    this.#handle({ kind: 'start', ...(resume ? { resume: { role: 'master' } } : {}) });
  }

  crash(): void {
    if (!this.alive) return;
    this.#lastRole = { master: this.state.role === 'master', at: this.now };
    this.#gone();
  }

  stop(): void {
    if (!this.alive) return;
    this.#handle({ kind: 'shutdown' });
    this.#lastRole = { master: false, at: this.now };
    this.#gone();
  }

  setLink(up: boolean): void {
    this.linkUp = up;
    if (this.alive) this.#handle({ kind: 'track', key: LINK, up });
  }

  reload(settings: Settings): void {
    this.#settings = { ...this.#settings, ...settings };
    if (this.alive) this.#handle({ kind: 'config', config: this.#settings });
  }

  /** Held up: timers run late, adverts wait in the socket. */
  stall(): void {
    this.#stalled = true;
  }

  /** As the event loop does it: timers first, then the sockets, and silence is declared after those only. */
  wake(): void {
    if (!this.#stalled) return;
    this.#stalled = false;
    const due = this.#due;
    this.#due = new Set();
    for (const timer of due) if (timer !== 'master-down') this.#handle({ kind: 'timer', timer });
    const [inbox, senders] = [this.#inbox, this.#senders];
    [this.#inbox, this.#senders] = [[], []];
    inbox.forEach((bytes, i) => {
      this.#hear(bytes, senders[i] ?? '');
    });
    if (due.has('master-down')) this.#handle({ kind: 'timer', timer: 'master-down' });
  }

  /** Its clock jumps ahead, as after the pause of a virtual machine. */
  jump(ms: number): void {
    this.#ahead += ms;
    for (const [name, { at }] of [...this.#timers]) this.#arm(name, at);
  }

  receive(bytes: Uint8Array, from: string): void {
    if (!this.present) return;
    if (this.#stalled) {
      this.#inbox.push(bytes);
      this.#senders.push(from);
    } else this.#hear(bytes, from);
  }

  #hear(bytes: Uint8Array, from: string): void {
    const path = { source: ip(from), destination: VRRP_GROUP };
    const decoded = decodeAdvert(bytes, this.state.config.version, path);
    if ('rejected' in decoded) throw new Error(`refused: ${JSON.stringify(decoded.rejected)}`);
    this.#handle({ kind: 'advert', from: ip(from), advert: decoded.advert });
  }

  #handle(event: Event): void {
    const before = this.state.role;
    const { state, effects } = step(this.state, event, this.now);
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'send-advert') this.#world.send(this, this.#message(effect.priority));
      if (effect.kind === 'set-timer') this.#arm(effect.timer, effect.at);
      if (effect.kind === 'cancel-timer') this.#disarm(effect.timer);
    }
    if (state.role !== before) this.#world.onChange(this, before);
  }

  #message(priority: number): Uint8Array {
    const { version, advertInterval } = this.#settings;
    const common = { vrid: 51, priority, addresses: [ip('10.0.0.100')] };
    const advert: Advert =
      version === 3
        ? { ...common, version: 3, intervalCentis: advertInterval / 10 }
        : { ...common, version: 2, authType: 0, intervalSeconds: 1, authData: new Uint8Array(8) };
    return encodeAdvert(advert, { source: ip(this.address), destination: VRRP_GROUP });
  }

  #arm(timer: TimerName, at: number): void {
    this.#disarm(timer);
    const cancel = this.#world.clock.at(at - this.#ahead, () => {
      this.#timers.delete(timer);
      if (this.#stalled) this.#due.add(timer);
      else this.#handle({ kind: 'timer', timer });
    });
    this.#timers.set(timer, { at, cancel });
  }

  #disarm(timer: TimerName): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
    this.#due.delete(timer);
  }

  #gone(): void {
    for (const timer of [...this.#timers.keys()]) this.#disarm(timer);
    this.alive = false;
    this.#stalled = false;
    this.#due.clear();
    this.#inbox = [];
    this.#senders = [];
  }
}

export class World {
  readonly clock = new FakeClock();
  readonly routers: readonly Router[];
  weather = FAIR;
  onChange: (router: Router, from: State['role']) => void = () => undefined;
  /** Links on which the last advert was lost. */
  readonly #lost = new Set<string>();
  readonly #random: () => number;

  /** `random`: 0..1, the same for the same seed. */
  constructor(settings: readonly Partial<MachineConfig>[], random: () => number) {
    this.#random = random;
    this.routers = settings.map((one, i) => new Router(this, `10.0.0.${i + 1}`, one));
  }

  clearUp(): void {
    this.weather = FAIR;
  }

  send(from: Router, bytes: Uint8Array): void {
    if (!from.linkUp) return;
    for (const to of this.routers) {
      if (to === from || to.part !== from.part || this.#isLost(`${from.address} ${to.address}`)) continue;
      const at = this.clock.now() + this.#random() * this.weather.delay;
      this.clock.at(at, () => {
        if (to.part === from.part) to.receive(bytes, from.address);
      });
    }
  }

  /** What is wrong now: a part of the network that has not exactly one master, or someone absent who is one. */
  wrong(): string | undefined {
    for (const part of new Set(this.routers.map((router) => router.part))) {
      const there = this.routers.filter((router) => router.present && router.part === part);
      const masters = there.filter(({ state }) => state.role === 'master');
      if (there.length > 0 && masters.length !== 1) return `part ${part}: ${masters.length} masters of ${there.length}`;
    }
    const ghost = this.routers.find((router) => router.alive && !router.linkUp && router.state.role !== 'fault');
    return ghost && `${ghost.address} is ${ghost.state.role} without a link`;
  }

  #isLost(link: string): boolean {
    const again = this.#lost.delete(link);
    const chance = this.weather.loss > 0 ? this.weather.loss : 0.1;
    if (this.weather.loss === 0 && again) return false;
    const lost = this.#random() < chance;
    if (lost) this.#lost.add(link);
    return lost;
  }
}
