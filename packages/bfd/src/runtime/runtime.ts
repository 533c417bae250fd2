// Starts, reloads and stops BFD: opens every socket first, and only then touches a session.
import type { BfdInstance } from '@vipward/config';
import { formatIp, type IpFamily } from '@vipward/config/address';
import { type Cancel, limitLines } from '@vipward/sockets';
import { newSession, resumedSession } from '../machine/step.ts';
import { detectionTime, remoteDetectionTime, transmitInterval } from '../machine/timing.ts';
import { decodePacket } from '../packet/codec.ts';
import { diagnosticText } from '../packet/packet.ts';
import { describeRejection, type Rejection } from '../packet/rejection.ts';
import { portOf, selectSession } from '../packet/select.ts';
import type { BfdOptions, BfdRuntime, BfdStatus, Edges } from './api.ts';
import { BfdError } from './errors.ts';
import { RunningSession } from './session.ts';
import { currentBootId, RENEW_EVERY, readSaved, removeSaved, type SavedSession, writeSaved } from './state-file.ts';
import { type Ear, type Mouth, openEar, openMouth, type Received } from './wire.ts';

/** Throws BfdError when a socket cannot be opened. */
export const startBfd = (options: BfdOptions): BfdRuntime => new Runtime(options);

/** A rejected packet is said again after this long. */
const REPEAT_REJECTION = 10_000;
const FIRST_SOURCE_PORT = 49_152;
const SOURCE_PORTS = 65_536 - FIRST_SOURCE_PORT;

class Runtime implements BfdRuntime {
  readonly #options: BfdOptions;
  readonly #edges: Edges;
  readonly #sessions = new Map<string, RunningSession>();
  readonly #ears = new Map<string, Ear>();
  readonly #rejected = new Map<Rejection['kind'], number>();
  readonly #sayRejection: (text: string) => void;
  #cancelRenewal: Cancel = () => undefined;
  #stopped = false;

  constructor(options: BfdOptions) {
    this.#options = options;
    this.#edges = {
      openEar,
      openMouth,
      bootId: currentBootId(),
      afterInput: (fn) => void setImmediate(fn),
      ...options.edges,
    };
    const { clock, log, stateFile } = options;
    this.#sayRejection = limitLines(clock, (text) => log.info(text), REPEAT_REJECTION);
    const saved = stateFile === undefined ? [] : readSaved(stateFile, this.#edges.bootId, clock.now());
    this.#apply(options.instances, saved);
    this.#renew();
  }

  reload(instances: readonly BfdInstance[]): void {
    this.#apply(instances, []);
  }

  states(): readonly BfdStatus[] {
    return [...this.#sessions.values()].map(({ instance, session, sent, received }) => ({
      name: instance.name,
      neighbor: formatIp(instance.neighbor),
      state: session.state,
      diagnostic: diagnosticText(session.diagnostic),
      remoteState: session.remote.state,
      detectionTime: detectionTime(session),
      transmitInterval: transmitInterval(session),
      packetsSent: sent,
      packetsReceived: received,
      packetsRejected: Object.fromEntries(this.#rejected),
    }));
  }

  stop({ keep = false } = {}): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelRenewal();
    const { stateFile } = this.#options;
    if (keep) this.#save();
    else if (stateFile !== undefined) removeSaved(stateFile);
    for (const session of this.#sessions.values()) {
      if (!keep) session.handle({ kind: 'stop' });
      session.close();
    }
    for (const ear of this.#ears.values()) ear.close();
  }

  #apply(instances: readonly BfdInstance[], saved: readonly SavedSession[]): void {
    const going = new Map<string, RunningSession>();
    const fresh: { readonly instance: BfdInstance; readonly mouth: Mouth; readonly before?: SavedSession }[] = [];
    const opened: string[] = [];
    try {
      for (const instance of instances) {
        opened.push(...this.#listen(instance));
        const running = this.#sessions.get(instance.name);
        if (running !== undefined && identity(running.instance) === identity(instance)) {
          going.set(instance.name, running);
          continue;
        }
        const before = saved.find(({ name, identity: was }) => name === instance.name && was === identity(instance));
        fresh.push({
          instance,
          mouth: this.#openMouth(
            instance,
            fresh.map(({ mouth }) => mouth.port),
            before?.port,
          ),
          ...(before && { before }),
        });
      }
    } catch (error) {
      for (const { mouth } of fresh) mouth.close();
      for (const key of opened) this.#closeEar(key);
      throw error;
    }
    for (const [name, session] of this.#sessions) {
      if (going.has(name)) continue;
      session.handle({ kind: 'stop' });
      session.close();
      this.#sessions.delete(name);
    }
    for (const instance of instances) going.get(instance.name)?.reconfigure(instance);
    for (const { instance, mouth, before } of fresh) this.#begin(instance, mouth, before);
    const needed = new Set(instances.map(earKey));
    for (const key of this.#ears.keys()) if (!needed.has(key)) this.#closeEar(key);
  }

  #begin(instance: BfdInstance, mouth: Mouth, before: SavedSession | undefined): void {
    const { clock, random, log, onReport } = this.#options;
    const resume = before !== undefined && !this.#isTaken(before.discriminator) ? before : undefined;
    const first = resume ? resumedSession(instance, resume) : newSession(instance, this.#discriminator());
    const { name } = instance;
    const session = new RunningSession(instance, first, {
      mouth,
      clock,
      random,
      log,
      afterInput: this.#edges.afterInput,
      onReport: (up) => {
        onReport(name, up);
        this.#save();
      },
    });
    this.#sessions.set(name, session);
    session.handle({ kind: 'start' });
  }

  /** Opens what hears for this instance; the keys of what was not open before. */
  #listen(instance: BfdInstance): readonly string[] {
    const key = earKey(instance);
    if (this.#ears.has(key)) return [];
    const { family }: { readonly family: IpFamily } = instance.neighbor;
    const port = portOf(instance);
    try {
      const ear = this.#edges.openEar(port, family, {
        onPacket: (received) => this.#receive(received),
        onError: (error) => this.#sayRejection(`Receiving on UDP port ${port}: ${error.message}`),
      });
      this.#ears.set(key, ear);
      return [key];
    } catch (error) {
      throw socketError(instance, `UDP port ${port} cannot be listened on for IPv${family}`, error);
    }
  }

  #closeEar(key: string): void {
    this.#ears.get(key)?.close();
    this.#ears.delete(key);
  }

  #openMouth(instance: BfdInstance, besides: readonly number[], preferred: number | undefined): Mouth {
    const { neighbor, source, ttl } = instance;
    try {
      const ports = this.#sourcePorts(besides, preferred);
      return this.#edges.openMouth({ neighbor, ...(source && { source }), neighborPort: portOf(instance), ttl, ports });
    } catch (error) {
      throw socketError(instance, `no socket to speak to ${formatIp(neighbor)} with`, error);
    }
  }

  // RFC 5881 section 4: one of 49152 to 65535, of no other session here. A kernel without SO_REUSEADDR sees to the latter
  // for sessions with one source; ours with different ones are told apart here.
  *#sourcePorts(besides: readonly number[], preferred: number | undefined): Iterable<number> {
    const taken = new Set([...besides, ...[...this.#sessions.values()].map(({ port }) => port)]);
    if (preferred !== undefined && !taken.has(preferred)) yield preferred;
    const start = Math.floor(this.#options.random() * SOURCE_PORTS);
    for (let i = 0; i < SOURCE_PORTS; i++) {
      const port = FIRST_SOURCE_PORT + ((start + i) % SOURCE_PORTS);
      if (!taken.has(port)) yield port;
    }
  }

  #discriminator(): number {
    let value = 1 + Math.floor(this.#options.random() * 0xffffffff);
    while (this.#isTaken(value)) value = (value % 0xffffffff) + 1;
    return value;
  }

  #isTaken(discriminator: number): boolean {
    return [...this.#sessions.values()].some((session) => session.discriminator === discriminator);
  }

  #receive(received: Received): void {
    const decoded = decodePacket(received.payload);
    if ('rejected' in decoded) {
      this.#reject(decoded.rejected, received);
      return;
    }
    const selected = selectSession(this.#sessions.values(), decoded.packet, received);
    if ('rejected' in selected) this.#reject(selected.rejected, received);
    else selected.session.receive(decoded.packet);
  }

  #reject(why: Rejection, { from, fromPort }: Received): void {
    this.#rejected.set(why.kind, (this.#rejected.get(why.kind) ?? 0) + 1);
    for (const line of describeRejection(why, `[${formatIp(from)}]:${fromPort}`)) this.#sayRejection(line);
  }

  #renew(): void {
    const { stateFile, clock } = this.#options;
    if (stateFile === undefined) return;
    this.#cancelRenewal = clock.at(clock.now() + RENEW_EVERY, () => {
      this.#save();
      this.#renew();
    });
  }

  #save(): void {
    const { stateFile, clock } = this.#options;
    if (stateFile === undefined) return;
    const sessions = [...this.#sessions.values()]
      .filter(({ session }) => session.state === 'Up')
      .map(({ instance, session, port }) => ({
        name: instance.name,
        identity: identity(instance),
        discriminator: session.discriminator,
        port,
        remote: session.remote,
        believed: remoteDetectionTime(session),
      }));
    try {
      writeSaved(stateFile, { bootId: this.#edges.bootId, savedAt: clock.now(), sessions });
    } catch (error) {
      this.#sayRejection(`state file ${stateFile}: ${textOf(error)}`);
    }
  }
}

/** Settings that make it another session: such a one is stopped and started, not changed. */
const identity = ({ neighbor, source, ttl, multihop }: BfdInstance): string =>
  `${formatIp(neighbor)} ${source ? formatIp(source) : '-'} ${portOf({ multihop })} ttl ${ttl}`;

const earKey = (instance: BfdInstance): string => `${portOf(instance)} IPv${instance.neighbor.family}`;

const socketError = ({ name, at }: BfdInstance, what: string, error: unknown): BfdError =>
  new BfdError('BFD_SOCKET', name, at, `${what}: ${textOf(error)}; does another program speak BFD here?`, error);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
